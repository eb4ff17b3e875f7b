/*
 * Children for the probes to look at. Each tells over a pipe when it is ready, then waits until it
 * is told to go on or to end, so that no test depends on how fast anything runs.
 */
#ifndef SUPPORT_PROBE_H
#define SUPPORT_PROBE_H

#include <stddef.h>
#include <sys/types.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* shadow memory would count as memory of the process */
#else
#define SANITIZED 0
#endif

struct subject {
    pid_t pid;
    int say;  /* write end: one byte lets the subject take its next step */
    int hear; /* read end: one byte when a step is done */
};

/* Forks a child that runs act(its ends of the pipes, argument) and then exits. */
struct subject subject_start(void (*act)(struct subject *self, size_t argument), size_t argument);

/* For both sides: tells the other side; waits for it. The child exits if its parent is gone. */
void subject_tell(struct subject *side);
void subject_wait(struct subject *side);

/* Lets the child take one step, from the parent's side: tells, then waits. */
void subject_step(struct subject *subject);

/* Kills the child and reaps it. */
void subject_end(struct subject *subject);

/* Allocates `size` bytes of private pages, 4 KiB each, and touches them all; never freed. */
void *touched_pages(size_t size);

#endif
