/*
 * attach.c - a phone tries to attach: "attach ADDRESS IMSI cs|ps".  Prints
 * "accepted MSISDN" (exit 0), "refused CAUSE" (1) or "failed" (2).  Built and
 * run by test/peers/attach.
 */
#include <stdio.h>
#include <string.h>

#include "peers/gsup.h"

int main(int count, char **words)
{
	enum gsup_result result = GSUP_FAILED;
	struct gsup     *gsup;
	char             msisdn[32] = "";
	int              cause = 0;

	if (count != 4 || (strcmp(words[3], "cs") != 0 && strcmp(words[3], "ps") != 0)) {
		fprintf(stderr, "usage: attach ADDRESS IMSI cs|ps\n");
		return 64;
	}
	gsup = gsup_open(words[1]);
	if (gsup != NULL) {
		result = gsup_attach(gsup, words[2], words[3][0] == 'c' ? GSUP_CS : GSUP_PS, &cause,
		                     msisdn);
		gsup_close(gsup);
	}
	if (result == GSUP_ACCEPTED)
		printf("accepted %s\n", msisdn);
	else if (result == GSUP_REFUSED)
		printf("refused %d\n", cause);
	else
		printf("failed\n");
	return result == GSUP_ACCEPTED ? 0 : result == GSUP_REFUSED ? 1 : 2;
}
