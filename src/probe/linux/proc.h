/*
 * Reads /proc without allocating: whole small files into the caller's buffer, and numbers out of
 * text.
 *
 * Threads: any; no state.
 */
#ifndef BAKEOFF_PROBE_LINUX_PROC_H
#define BAKEOFF_PROBE_LINUX_PROC_H

#include <stddef.h>
#include <stdint.h>

/* Large enough for any path below /proc/PID that is built here. */
enum { BKO__PROC_PATH = 64 };

/*
 * Reads the file into `text` (at most size - 1 bytes, zero-terminated). BKO_EGONE if the process
 * has vanished or no longer has an address space (a zombie), BKO_ESYS otherwise.
 */
int bko__proc_read(const char *path, char *text, size_t size);

/* Like bko__proc_read, of a file that is opened if *file is -1, and then stays open. *file belongs to the
 * caller. */
int bko__proc_read_kept(int *file, const char *path, char *text, size_t size);

/*
 * Returns the number after `label` at the start of a line ("\nPss:" finds "Pss:   12 kB"). The
 * label includes the newline, so that "Pss:" is not found inside "SwapPss:". Returns -1 if there is
 * no such line.
 */
int64_t bko__proc_number(const char *text, const char *label);

/*
 * Calls visit(id, context) for every entry of the folder whose name is a number (processes in
 * /proc, threads in /proc/PID/task) until it returns non-zero, and returns that value; errors as in
 * bko__proc_read.
 */
int bko__proc_each(const char *folder, int (*visit)(int id, void *context), void *context);

#endif
