/*
 * Times a program from the moment it is spawned until it has ended; its output goes to /dev/null.
 *
 * usage: spawn_timer RUNS PROGRAM [ARGUMENT ...]
 * Prints one line of JSON. Exit code 0; 1 when the program failed; 2 for wrong arguments.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int run(const posix_spawn_file_actions_t *actions, char **argv) {
    pid_t pid;
    int status = 0;
    if (posix_spawnp(&pid, argv[0], actions, NULL, argv, environ) != 0 ||
        waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "spawn_timer: %s did not end well\n", argv[0]);
        return 1;
    }
    return 0;
}

static int compare(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv) {
    long runs = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
    if (runs < 1 || runs > 100000) {
        fprintf(stderr, "usage: spawn_timer RUNS PROGRAM [ARGUMENT ...]\n");
        return 2;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    double *times = calloc((size_t)runs, sizeof *times);
    int failed = times == NULL;
    for (long i = 0; !failed && i < runs; i++) {
        double start = seconds();
        failed = run(&actions, argv + 2);
        times[i] = seconds() - start;
    }
    if (!failed) {
        qsort(times, (size_t)runs, sizeof *times, compare);
        printf("{\"runs\":%ld,\"median_s\":%.6f,\"min_s\":%.6f,\"max_s\":%.6f}\n", runs,
               times[runs / 2], times[0], times[runs - 1]);
    }
    posix_spawn_file_actions_destroy(&actions);
    free(times);
    return failed;
}
