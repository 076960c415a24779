/*
 * tool.c - commands in a folder of their own.
 */
#include "tools/tool.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int tool_setup(void **state)
{
	static struct tool tool;

	snprintf(tool.dir, sizeof(tool.dir), "/tmp/keepline-tool-XXXXXX");
	if (mkdtemp(tool.dir) == NULL)
		return -1;
	if (getcwd(tool.repository, sizeof(tool.repository)) == NULL)
		return -1;
	*state = &tool;
	return 0;
}

int tool_teardown(void **state)
{
	return tool_run(*state, "rm -rf \"$PWD\"");
}

void tool_write(struct tool *tool, const char *name, const char *text)
{
	char  path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", tool->dir, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
}

const char *tool_read(struct tool *tool, const char *name)
{
	char   path[128];
	FILE  *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", tool->dir, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	len = fread(tool->output, 1, sizeof(tool->output) - 1, file);
	tool->output[len] = '\0';
	fclose(file);
	return tool->output;
}

int tool_run(struct tool *tool, const char *command)
{
	char   line[4096];
	FILE  *pipe;
	size_t len;
	int    status;

	snprintf(line, sizeof(line), "cd %s && export R='%s' && { %s\n} 2>&1", tool->dir,
	         tool->repository, command);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	len = fread(tool->output, 1, sizeof(tool->output) - 1, pipe);
	tool->output[len] = '\0';
	status = pclose(pipe);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void assert_output_at(const struct tool *tool, const char *text, const char *file, int line)
{
	if (strstr(tool->output, text) != NULL)
		return;
	print_error("\"%s\" is not in:\n%s\n", text, tool->output);
	_fail(file, line);
}
