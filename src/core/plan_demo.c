/*
 * plan_demo.c - data/catalogue.ini inside of the program.
 */
#include "core/plan.h"

extern const char plan_demo_begin[], plan_demo_end[];

__asm__(".pushsection .rodata\n"
        "plan_demo_begin:\n"
        "	.incbin \"data/catalogue.ini\"\n"
        "plan_demo_end:\n"
        "	.byte 0\n"
        ".popsection\n");

struct str plan_demo(void)
{
	return (struct str){
		.ptr = plan_demo_begin,
		.len = (size_t)(plan_demo_end - plan_demo_begin),
	};
}
