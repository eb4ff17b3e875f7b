/*
 * The ways out that tool_escape tries, by theme. Each succeeds if confinement fails. Trusted itself:
 * none destroys anything even where it is let out. One thread, unless an attempt is about threads.
 */
#ifndef BAKEOFF_TESTS_ESCAPE_H
#define BAKEOFF_TESTS_ESCAPE_H

/* `arguments` has three texts, "" where the command line has none. Returns 0 or more if it got out, and
 * -1 with errno if it was refused. */
typedef struct {
    const char *name; /* NULL: the end of the list */
    long (*try)(char **arguments);
} attempt;

extern const attempt escape_bombs[];
extern const attempt escape_calls[];
extern const attempt escape_files[];
extern const attempt escape_left[];
extern const attempt escape_locks[];
extern const attempt escape_marks[];
extern const attempt escape_network[];
extern const attempt escape_processes[];
extern const attempt escape_programs[];

#endif
