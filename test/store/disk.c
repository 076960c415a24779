/*
 * disk.c - see disk.h: what is in the cache, what is on the disk, and chance.
 */
#include "disk_part.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- chance and memory ------------------------------------------------------ */

uint64_t disk_draw(struct disk *disk)
{
	uint64_t z = disk->seed += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

int64_t disk_between(struct disk *disk, int64_t low, int64_t high)
{
	assert(low <= high);
	return low + (int64_t)(disk_draw(disk) % (uint64_t)(high - low + 1));
}

static void *grown(void *memory, size_t *room, size_t wanted, size_t size)
{
	if (wanted <= *room)
		return memory;
	*room = wanted * 2 + 16;
	assert(*room * size <= DISK_FILE_MAX);
	memory = realloc(memory, *room * size);
	assert(memory != NULL);
	return memory;
}

void disk_image_put(uint8_t **image, size_t *len, size_t *room, size_t at, const void *bytes,
                    size_t count)
{
	*image = grown(*image, room, at + count, 1);
	if (at > *len)
		memset(*image + *len, 0, at - *len);
	memcpy(*image + at, bytes, count);
	if (at + count > *len)
		*len = at + count;
}

static void durable_put(struct disk_file *file, size_t at, const void *bytes, size_t count)
{
	disk_image_put(&file->durable, &file->durable_len, &file->durable_room, at, bytes, count);
}

void disk_remember(struct disk_file *file, size_t at, const void *bytes, size_t len, bool truncates)
{
	file->writes = grown(file->writes, &file->write_room, file->write_count + 1,
	                     sizeof *file->writes);
	file->bytes = grown(file->bytes, &file->byte_room, file->byte_count + len + 1, 1);
	file->writes[file->write_count++] = (struct disk_write){
		.at = at, .len = len, .byte = file->byte_count, .truncates = truncates
	};
	if (len > 0)
		memcpy(file->bytes + file->byte_count, bytes, len);
	file->byte_count += len;
}

/* ---- what reaches the disk -------------------------------------------------- */

static void write_lands(struct disk_file *file, const struct disk_write *write)
{
	if (write->truncates) {
		if (write->at < file->durable_len)
			file->durable_len = write->at;
	} else {
		durable_put(file, write->at, file->bytes + write->byte, write->len);
	}
}

/* Each sector of it for itself. */
static void write_torn(struct disk *disk, struct disk_file *file, const struct disk_write *write)
{
	size_t sector = disk_between(disk, 0, 1) == 0 ? 512 : 4096;
	size_t done = 0;

	while (done < write->len) {
		size_t at = write->at + done, piece = sector - at % sector;

		if (piece > write->len - done)
			piece = write->len - done;
		if (disk_between(disk, 0, 1) == 0)
			durable_put(file, at, file->bytes + write->byte + done, piece);
		done += piece;
	}
}

void disk_file_synced(struct disk_file *file)
{
	for (size_t i = 0; i < file->write_count; i++)
		write_lands(file, &file->writes[i]);
	file->write_count = file->byte_count = 0;
	file->durable_here = file->here;
}

/* What was not synced: by lot, and by lot in another order. */
void disk_file_chances(struct disk *disk, struct disk_file *file)
{
	bool    reordered = disk_between(disk, 0, 3) == 0;
	int64_t style = disk_between(disk, 0, 4);

	for (size_t i = 0; i < file->write_count; i++) {
		size_t            other = (size_t)disk_between(disk, (int64_t)i,
		                                               (int64_t)file->write_count - 1);
		struct disk_write write = file->writes[reordered ? other : i];
		/* 0: all is lost; 1: all but something is kept; else each for itself. */
		int64_t fate = style == 0   ? 1
		               : style == 1 ? disk_between(disk, 0, 19)
		                            : disk_between(disk, 0, 2);

		if (reordered)
			file->writes[other] = file->writes[i];
		if (fate == 1) {
			disk->counts.lost++;
		} else if (fate == 2 && !write.truncates) {
			disk->counts.torn++;
			write_torn(disk, file, &write);
		} else {
			disk->counts.kept++;
			write_lands(file, &write);
		}
	}
	file->write_count = file->byte_count = 0;
}

void disk_file_gone(struct disk_file *file)
{
	free(file->now);
	free(file->durable);
	free(file->writes);
	free(file->bytes);
	for (size_t i = 0; i < DISK_SHM_MAX; i++)
		free(file->shm[i]);
	*file = (struct disk_file){ .name = "" };
}

void disk_rise(struct disk *disk, enum disk_end end)
{
	disk->counts.deaths++;
	for (size_t i = 0; i < DISK_FILES_MAX; i++) {
		struct disk_file *file = &disk->files[i];

		if (file->name[0] == '\0')
			continue;
		assert(file->shared == 0 && file->exclusive == NULL && file->shm_handles == 0);
		if (end == DISK_KILLED)
			disk_file_synced(file);
		else
			disk_file_chances(disk, file);
		/* Its name may have reached the folder without a sync, or not. */
		if (file->here != file->durable_here && disk_between(disk, 0, 1) == 0)
			file->durable_here = file->here;
		if (!file->durable_here) {
			disk_file_gone(file);
			continue;
		}
		file->here = true;
		file->now_len = 0;
		disk_image_put(&file->now, &file->now_len, &file->now_room, 0, file->durable,
		               file->durable_len);
	}
	disk->dead = disk->sync_failed = disk->write_failed = false;
	disk->die_at = 0;
	disk_faults_end(disk);
}

void disk_settle(struct disk *disk)
{
	for (size_t i = 0; i < DISK_FILES_MAX; i++)
		disk_file_synced(&disk->files[i]);
}

/* ---- what goes wrong -------------------------------------------------------- */

void disk_die_in(struct disk *disk, int64_t change_count)
{
	disk->die_at = disk->op_count + change_count;
}

void disk_fault_in(struct disk *disk, enum disk_fault fault, int64_t change_count, int64_t times)
{
	disk->fault_at[fault] = change_count;
	disk->fault_left[fault] = times;
}

void disk_faults_end(struct disk *disk)
{
	memset(disk->fault_at, 0, sizeof disk->fault_at);
	memset(disk->fault_left, 0, sizeof disk->fault_left);
}

/* Is it this one's turn? */
bool disk_fault_now(struct disk *disk, enum disk_fault fault)
{
	if (disk->calm || disk->fault_left[fault] == 0 || --disk->fault_at[fault] > 0)
		return false;
	disk->fault_left[fault]--;
	disk->counts.faults++;
	return true;
}

/* False: there is no power any more. */
bool disk_change_begins(struct disk *disk)
{
	if (disk->calm)
		return true;
	disk->op_count++;
	if (disk->die_at != 0 && disk->op_count >= disk->die_at)
		disk->dead = true;
	return !disk->dead;
}
