/*
 * vty.c - see vty.h.
 */
#include "gate/vty.h"

#include <string.h>

#include "base/str.h"

/* RFC 854 */
enum { IAC = 255, DONT = 254, WILL = 251, SB = 250, SE = 240 };
enum { TELNET_TEXT, TELNET_IAC, TELNET_OPTION, TELNET_SUB, TELNET_SUB_IAC };

static void byte_take(struct vty *vty, unsigned char byte);
static bool prompt_seen(struct vty *vty);
static bool command_next(struct vty *vty, struct buf *out);

void vty_init(struct vty *vty, struct arena *arena, struct str commands, size_t text_max)
{
	*vty = (struct vty){ .commands = commands, .telnet = TELNET_TEXT };
	buf_init(&vty->text, arena, text_max);
}

enum vty_result vty_feed(struct vty *vty, struct str bytes, struct buf *out)
{
	bool first;

	for (size_t i = 0; i < bytes.len; i++)
		byte_take(vty, (unsigned char)bytes.ptr[i]);
	if (vty->text.full)
		return VTY_BAD;
	first = vty->name_len == 0;
	if (!prompt_seen(vty))
		return VTY_MORE;
	if (first)
		vty->answer = vty->text.len;
	vty->mark = vty->text.len;
	return command_next(vty, out) ? VTY_MORE : VTY_DONE;
}

struct str vty_answer(const struct vty *vty)
{
	return str_skip(buf_str(&vty->text), vty->answer);
}

/* Telnet's own bytes, CR and other controls never reach the text. */
static void byte_take(struct vty *vty, unsigned char byte)
{
	switch (vty->telnet) {
	case TELNET_IAC:
		if (byte == SB)
			vty->telnet = TELNET_SUB;
		else
			vty->telnet = byte >= WILL && byte <= DONT ? TELNET_OPTION : TELNET_TEXT;
		return;
	case TELNET_OPTION:
		vty->telnet = TELNET_TEXT;
		return;
	case TELNET_SUB:
		if (byte == IAC)
			vty->telnet = TELNET_SUB_IAC;
		return;
	case TELNET_SUB_IAC:
		vty->telnet = byte == SE ? TELNET_TEXT : TELNET_SUB;
		return;
	default:
		if (byte == IAC)
			vty->telnet = TELNET_IAC;
		else if (byte == '\n' || byte == '\t' || (byte >= ' ' && byte < 127))
			buf_add_char(&vty->text, (char)byte);
	}
}

/* Is the last line "name> " or "name# ", and new?  The first one teaches the name, so
 * that output which merely ends in "# " is not taken for a prompt. */
static bool prompt_seen(struct vty *vty)
{
	struct str line = buf_str(&vty->text);
	size_t     start = line.len;

	while (start > vty->mark && line.ptr[start - 1] != '\n')
		start--;
	line = str_skip(line, start);
	if (line.len < 3 || line.len - 2 > VTY_PROMPT_MAX)
		return false;
	if (!str_ends(line, STR("> ")) && !str_ends(line, STR("# ")))
		return false;
	line = str_take(line, line.len - 2);
	if (vty->name_len > 0)
		return str_eq(line, (struct str){ .ptr = vty->name, .len = vty->name_len });
	if (str_find(line, STR(" ")) >= 0)
		return false;
	memcpy(vty->name, line.ptr, line.len);
	vty->name_len = line.len;
	return true;
}

/* False when no line is left to send. */
static bool command_next(struct vty *vty, struct buf *out)
{
	struct str line = { 0 };

	while (vty->commands.len > 0 && line.len == 0)
		str_cut(vty->commands, '\n', &line, &vty->commands);
	if (line.len == 0)
		return false;
	buf_add(out, line);
	/* One byte only: the VTY takes "\r\n" for two lines and answers with two prompts. */
	buf_add_char(out, '\n');
	return true;
}
