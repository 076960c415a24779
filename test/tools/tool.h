/*
 * tool.h - a folder of its own for each test of a small compiler, files in it,
 * and what a command there printed.
 */
#pragma once
#include "test.h"

#define TOOL_OUTPUT_MAX 65536

struct tool {
	char dir[64];                 /* removed by tool_teardown */
	char repository[512];         /* where build/ and src/ are */
	char output[TOOL_OUTPUT_MAX]; /* of the last tool_run: stdout and stderr */
};

/* cmocka's setup and teardown: *state becomes a struct tool. */
int tool_setup(void **state);
int tool_teardown(void **state);
void tool_write(struct tool *tool, const char *name, const char *text);
/* The content of a file in the folder, at most TOOL_OUTPUT_MAX - 1 bytes, in tool->output. */
const char *tool_read(struct tool *tool, const char *name);
/* Runs a shell command in the folder, with $R = the repository.  Its exit code. */
int tool_run(struct tool *tool, const char *command);
/* Fails unless the last output contains the text. */
#define assert_output(tool, text) assert_output_at((tool), (text), __FILE__, __LINE__)
void assert_output_at(const struct tool *tool, const char *text, const char *file, int line);
