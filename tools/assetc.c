/*
 * assetc.c - static files in, one C table out: each file as it is, with gzip
 * and with brotli quality 11, under a name that carries its hash.
 *
 *	assetc -o DIR file ...
 *
 * DIR gets assets.h (enum asset_id, addresses, the CSP hash of each file),
 * assets.c (the table of web/asset.h) and the bytes as NAME.raw, .gz and .br,
 * which assets.c embeds with .incbin.  Comments and indentation of .css files
 * are dropped: the style sheet travels inside of each first page.
 */
#include <brotli/encode.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define ASSET_MAX ((size_t)4 << 20) /* bytes of one file */
#define PATH_MAX_ 512
#define NAME_MAX_ 64
#define FILES_MAX 64

struct file {
	char           name[NAME_MAX_], stem[NAME_MAX_], id[NAME_MAX_];
	const char    *suffix;
	unsigned char  hash[SHA256_DIGEST_LENGTH];
	unsigned char *bytes;
	size_t         len;
};

static const struct {
	const char *suffix, *type;
} types[] = {
	{ "css", "text/css; charset=utf-8" },
	{ "js", "text/javascript; charset=utf-8" },
	{ "svg", "image/svg+xml; charset=utf-8" },
	{ "txt", "text/plain; charset=utf-8" },
	{ "png", "image/png" },
	{ "ico", "image/x-icon" },
};

static void fail(const char *file, const char *what)
{
	fprintf(stderr, "assetc: %s: %s\n", file, what);
	exit(1);
}

static FILE *open_out(const char *dir, const char *name, const char *suffix)
{
	char  path[PATH_MAX_];
	FILE *file;

	if (snprintf(path, sizeof(path), "%s/%s%s", dir, name, suffix) >= (int)sizeof(path))
		fail(name, "the path is too long");
	file = fopen(path, "wb");
	if (file == NULL)
		fail(path, "cannot be written");
	return file;
}

static void write_bytes(const char *dir, const char *name, const char *suffix, const void *bytes,
                        size_t len)
{
	FILE *file = open_out(dir, name, suffix);

	if (fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		fail(name, "cannot be written");
}

/* Drops comments, indentation and empty lines; strings stay as they are. */
static size_t css_squeeze(unsigned char *css, size_t len)
{
	size_t        out = 0;
	unsigned char quote = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = css[i];

		if (quote == 0 && c == '/' && i + 1 < len && css[i + 1] == '*') {
			for (i += 2; i + 1 < len && (css[i] != '*' || css[i + 1] != '/'); i++)
				;
			i++;
			continue;
		}
		if (quote != 0 && c == quote && css[i - 1] != '\\')
			quote = 0;
		else if (quote == 0 && (c == '"' || c == '\''))
			quote = c;
		if (quote == 0 && (out == 0 || css[out - 1] == '\n') &&
		    (c == ' ' || c == '\t' || c == '\n'))
			continue;
		css[out++] = c;
	}
	return out;
}

static void read_file(const char *path, struct file *ret)
{
	const char *name = strrchr(path, '/') == NULL ? path : strrchr(path, '/') + 1;
	const char *dot = strrchr(name, '.');
	FILE       *file = fopen(path, "rb");

	if (file == NULL || dot == NULL || strlen(name) >= NAME_MAX_)
		fail(path, "cannot be read, has no suffix, or its name is too long");
	ret->bytes = malloc(ASSET_MAX);
	if (ret->bytes == NULL)
		fail(path, "no memory");
	ret->len = fread(ret->bytes, 1, ASSET_MAX, file);
	if (ret->len == ASSET_MAX || ferror(file) || fclose(file) != 0)
		fail(path, "is too large or cannot be read");
	memcpy(ret->name, name, strlen(name) + 1);
	memcpy(ret->stem, name, (size_t)(dot - name));
	ret->suffix = ret->name + (dot - name) + 1;
	for (size_t i = 0; ret->name[i] != 0; i++) {
		char c = ret->name[i];

		ret->id[i] = c >= 'a' && c <= 'z'   ? (char)(c - 'a' + 'A')
		             : c >= '0' && c <= '9' ? c
		                                    : '_';
	}
	if (strcmp(ret->suffix, "css") == 0)
		ret->len = css_squeeze(ret->bytes, ret->len);
	SHA256(ret->bytes, ret->len, ret->hash);
}

static void write_packed(const char *dir, const struct file *file)
{
	size_t         br_len = BrotliEncoderMaxCompressedSize(file->len) + 64;
	size_t         gz_max = compressBound((uLong)file->len) + 64;
	unsigned char *br = malloc(br_len), *gz = malloc(gz_max);
	z_stream       stream = { 0 };

	if (br == NULL || gz == NULL)
		fail(file->name, "no memory");
	if (!BrotliEncoderCompress(11, 22, BROTLI_MODE_TEXT, file->len, file->bytes, &br_len, br))
		fail(file->name, "brotli failed");
	if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
		fail(file->name, "zlib failed");
	stream.next_in = file->bytes;
	stream.avail_in = (uInt)file->len;
	stream.next_out = gz;
	stream.avail_out = (uInt)gz_max;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		fail(file->name, "zlib failed");
	write_bytes(dir, file->name, ".raw", file->bytes, file->len);
	write_bytes(dir, file->name, ".br", br, br_len);
	write_bytes(dir, file->name, ".gz", gz, gz_max - stream.avail_out);
	deflateEnd(&stream);
	free(br);
	free(gz);
}

static void write_header(FILE *out, const struct file *file, size_t count)
{
	fputs("/* Made by tools/assetc from src/web/static; do not edit. */\n#pragma once\n\n",
	      out);
	fputs("enum asset_id {\n", out);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "\tASSET_%s,\n", file[i].id);
	fputs("\tASSET_COUNT\n};\n\n", out);
	for (size_t i = 0; i < count; i++) {
		unsigned char base64[64];

		EVP_EncodeBlock(base64, file[i].hash, SHA256_DIGEST_LENGTH);
		fprintf(out, "#define ASSET_%s_URL \"/static/%s.%02x%02x%02x%02x.%s\"\n",
		        file[i].id, file[i].stem, file[i].hash[0], file[i].hash[1], file[i].hash[2],
		        file[i].hash[3], file[i].suffix);
		fprintf(out, "#define ASSET_%s_CSP \"sha256-%s\"\n", file[i].id, (char *)base64);
	}
}

static const char *type_of(const struct file *file)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].suffix, file->suffix) == 0)
			return types[i].type;
	fail(file->name, "has an unknown suffix; add its type to tools/assetc.c");
	return "";
}

static void write_code(FILE *out, const char *dir, const struct file *file, size_t count)
{
	static const char *const pack[] = { "raw", "gz", "br" };

	fputs("/* Made by tools/assetc from src/web/static; do not edit. */\n"
	      "#include \"web/asset.h\"\n\n",
	      out);
	for (size_t i = 0; i < count; i++)
		for (size_t p = 0; p < 3; p++)
			fprintf(out,
			        "__asm__(\".section .rodata\\n.balign 16\\nasset_%zu_%s:\\n"
			        ".incbin \\\"%s/%s.%s\\\"\\nasset_%zu_%s_end:\\n.byte 0\\n"
			        ".text\\n\");\nextern const char asset_%zu_%s[], "
			        "asset_%zu_%s_end[];\n",
			        i, pack[p], dir, file[i].name, pack[p], i, pack[p], i, pack[p], i,
			        pack[p]);
	fputs("\nconst struct asset asset_table[ASSET_COUNT] = {\n", out);
	for (size_t i = 0; i < count; i++) {
		fprintf(out,
		        "\t[ASSET_%s] = {\n\t\t.url = ASSET_%s_URL,\n\t\t.type = \"%s\",\n"
		        "\t\t.etag = \"\\\"",
		        file[i].id, file[i].id, type_of(&file[i]));
		for (size_t b = 0; b < 8; b++)
			fprintf(out, "%02x", file[i].hash[b]);
		fputs("\\\"\",\n", out);
		for (size_t p = 0; p < 3; p++)
			fprintf(out, "\t\t.packed[%zu] = { asset_%zu_%s, asset_%zu_%s_end },\n", p,
			        i, pack[p], i, pack[p]);
		fputs("\t},\n", out);
	}
	fputs("};\n", out);
}

int main(int argc, char **argv)
{
	static struct file file[FILES_MAX];
	size_t             count = 0;
	const char        *dir;
	FILE              *out;

	if (argc < 4 || argc - 3 > FILES_MAX || strcmp(argv[1], "-o") != 0) {
		fputs("usage: assetc -o DIR file ...\n", stderr);
		return 64;
	}
	dir = argv[2];
	for (int i = 3; i < argc; i++, count++) {
		read_file(argv[i], &file[count]);
		write_packed(dir, &file[count]);
	}
	out = open_out(dir, "assets", ".h");
	write_header(out, file, count);
	if (fclose(out) != 0)
		fail("assets.h", "cannot be written");
	out = open_out(dir, "assets", ".c");
	write_code(out, dir, file, count);
	if (fclose(out) != 0)
		fail("assets.c", "cannot be written");
	for (size_t i = 0; i < count; i++)
		free(file[i].bytes);
	return 0;
}
