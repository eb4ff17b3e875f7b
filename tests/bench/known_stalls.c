/*
 * A process that needs a page fault at every step, as a yardstick for how long a tool that measures memory holds it up.
 *
 * usage: known_stalls MIB MS FILE
 *   Touches MIB mebibytes, then faults for MS milliseconds and writes the longest time between two steps, in
 *   microseconds, to FILE.
 * Exit code 0; 1 when something failed; 2 for wrong arguments.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { PAGE = 4096, MEBIBYTE = 1024 * 1024 };

static long long now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* Gives one page back and touches it again, over and over. */
static long long longest_step(char *memory, size_t size, long long length_us) {
    long long longest = 0;
    long long last = now_us();
    long long end = last + length_us;
    for (size_t at = 0; last < end; at = (at + PAGE) % size) {
        madvise(memory + at, PAGE, MADV_DONTNEED);
        memory[at] = 1;
        long long now = now_us();
        longest = now - last > longest ? now - last : longest;
        last = now;
    }
    return longest;
}

int main(int argc, char **argv) {
    size_t size = argc == 4 ? (size_t)strtol(argv[1], NULL, 10) * MEBIBYTE : 0;
    if (size == 0) {
        fprintf(stderr, "usage: known_stalls MIB MS FILE\n");
        return 2;
    }
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("known_stalls: mmap");
        return 1;
    }
    madvise(memory, size, MADV_NOHUGEPAGE);
    for (size_t at = 0; at < size; at += PAGE) {
        memory[at] = 1;
    }
    long long longest = longest_step(memory, size, strtol(argv[2], NULL, 10) * 1000LL);
    FILE *file = fopen(argv[3], "w");
    if (file == NULL || fprintf(file, "%lld\n", longest) < 0 || fclose(file) != 0) {
        perror("known_stalls: file");
        return 1;
    }
    return 0;
}
