/*
 * disk_part.h - what disk.c and disk_vfs.c share.
 */
#pragma once
#include "disk.h"

/* A write or a truncation (to `at`) since the last sync. */
struct disk_write {
	size_t at, len;
	size_t byte; /* where its bytes are */
	bool   truncates;
};

uint64_t disk_draw(struct disk *disk);
/* False: there is no power any more. */
bool disk_change_begins(struct disk *disk);
/* Is it that fault's turn? */
bool disk_fault_now(struct disk *disk, enum disk_fault fault);
void disk_image_put(uint8_t **image, size_t *len, size_t *room, size_t at, const void *bytes,
                    size_t count);
void disk_remember(struct disk_file *file, size_t at, const void *bytes, size_t len,
                   bool truncates);
void disk_file_synced(struct disk_file *file);
/* What was not synced: by lot, and by lot in another order. */
void disk_file_chances(struct disk *disk, struct disk_file *file);
void disk_file_gone(struct disk_file *file);
