/*
 * Reading /proc without allocating: whole small files into the caller's buffer, numbers out of
 * text.
 *
 * Threads: no state; any thread.
 */
#ifndef BAKEOFF_PROBE_LINUX_PROC_H
#define BAKEOFF_PROBE_LINUX_PROC_H

#include <stddef.h>
#include <stdint.h>

/* Large enough for any path below /proc/PID that is built here. */
enum { BKO__PROC_PATH = 64 };

/*
 * Reads the file into `text` (at most size - 1 bytes) and ends it with NUL. BKO_EGONE when the
 * process has vanished or has no address space any more (a zombie), BKO_ESYS otherwise.
 */
int bko__proc_read(const char *path, char *text, size_t size);

/*
 * The number behind `label` at the start of a line ("\nPss:" finds "Pss:   12 kB"): the label is
 * given with its newline, so that "Pss:" is not found inside "SwapPss:". -1 when there is no such
 * line.
 */
int64_t bko__proc_number(const char *text, const char *label);

/*
 * Calls visit(pid, context) for every entry of the folder whose name is a number (processes in
 * /proc, threads in /proc/PID/task) until it returns non-zero, and returns that; errors as
 * bko__proc_read.
 */
int bko__proc_each(const char *folder, int (*visit)(int id, void *context), void *context);

#endif
