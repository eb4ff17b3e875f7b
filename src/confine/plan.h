/*
 * What a confined program may do: the plan that programs/confine reads from its command line, and
 * that every part of confinement carries out. Const once it is read. One thread.
 */
#ifndef BAKEOFF_CONFINE_PLAN_H
#define BAKEOFF_CONFINE_PLAN_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum { BKO__CONFINE_PATHS = 64, BKO__CONFINE_HOSTS = 16, BKO__CONFINE_VARIABLES = 64 };

typedef enum {
    BKO__CONFINE_READ,  /* may be read */
    BKO__CONFINE_RUN,   /* may be read and executed */
    BKO__CONFINE_WRITE, /* may be read and written, never executed */
} bko__confine_right;

/* A file or folder of the machine, which has the same name inside. */
typedef struct {
    bko__confine_right right;
    const char *path; /* borrows; absolute */
} bko__confine_path;

/* A server outside that may be reached, through a socket that we forward. */
typedef struct {
    struct sockaddr_in address;
    const char *name; /* borrows; what the address is called inside; may be "" */
} bko__confine_host;

typedef struct {
    uint64_t memory;      /* bytes of data of each process */
    uint64_t file_size;   /* bytes of each file */
    uint64_t disk;        /* bytes that the file system of a WRITE path may lose */
    uint64_t files;       /* files that it may lose room for */
    uint64_t output;      /* bytes of stdout and stderr */
    uint64_t spare;       /* bytes of the machine's memory that stay free; 0: a twentieth */
    uint64_t processes;   /* processes and threads */
    uint64_t connections; /* to hosts outside, at a time; further ones wait */
    uint64_t patience_s;  /* from a request to stop to the end */
    uint64_t cpu_s;       /* seconds of CPU time of each process */
} bko__confine_limits;

typedef struct {
    bko__confine_path paths[BKO__CONFINE_PATHS];
    size_t path_count;
    bko__confine_host hosts[BKO__CONFINE_HOSTS];
    size_t host_count;
    const char *environment[BKO__CONFINE_VARIABLES +
                            1]; /* NULL-terminated; all that there is; some owned */
    size_t variable_count;
    bko__confine_limits limits;
    const char *cwd; /* borrows; NULL: / */
    char **argv;     /* borrows; the program, an absolute path, and its arguments */
    int probe;       /* 1: only say what this machine permits */
} bko__confine_plan;

enum { BKO__CONFINE_MESSAGE = 512 };

/* Reads a command line (README.md lists the options). Returns 0, or -1 and a message. */
int bko__confine_plan_read(bko__confine_plan *plan, int argc, char **argv, char *message);

/* The paths sorted so that a folder comes before what lies in it. */
void bko__confine_plan_sort(bko__confine_plan *plan);

#endif
