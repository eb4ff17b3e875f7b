/*
 * How much memory processes have together, each page counted once: the distinct page frames in their page tables
 * (/proc/PID/pagemap). The truth about a process tree's memory, but far too slow for a sampler.
 *
 * usage: known_memory MODE MIB tell | page_frames    or    page_frames PID ...
 * Without arguments, it reads the process numbers from standard input, a pid_t each, in one write.
 * Prints one line of JSON. Exit code 0; 1 when frames can't be read (only root may); 2 for wrong arguments.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CHUNK = 4096, PATH = 64, LINE = 8192, MOST = 64 };

static const uint64_t PRESENT = UINT64_C(1) << 63;
static const uint64_t FRAME = (UINT64_C(1) << 55) - 1;

typedef struct frames {
    uint64_t *items; /* owned */
    size_t count, room;
} frames;

static int add(frames *all, uint64_t frame) {
    if (all->count == all->room) {
        size_t room = all->room == 0 ? CHUNK : all->room * 2;
        uint64_t *items = realloc(all->items, room * sizeof *items);
        if (items == NULL) {
            return -1;
        }
        all->items = items;
        all->room = room;
    }
    all->items[all->count++] = frame;
    return 0;
}

/* Adds the frames of one mapping, whose first page has the number `page`. A frame without a number is hidden. */
static int add_pages(frames *all, int pagemap, uint64_t page, uint64_t end) {
    uint64_t entries[CHUNK];
    while (page < end) {
        size_t wanted = end - page < CHUNK ? (size_t)(end - page) : CHUNK;
        ssize_t got =
            pread(pagemap, entries, wanted * sizeof *entries, (off_t)(page * sizeof *entries));
        if (got <= 0) {
            return got < 0 ? -1 : 0; /* 0: the part above user space */
        }
        size_t count = (size_t)got / sizeof *entries;
        for (size_t i = 0; i < count; i++) {
            uint64_t frame = entries[i] & FRAME;
            if ((entries[i] & PRESENT) != 0 && (frame == 0 || add(all, frame) != 0)) {
                return -1;
            }
        }
        page += count;
    }
    return 0;
}

/* The kernel's own pages ([vvar], [vsyscall], [vdso]) are in every process and belong to none. */
static int add_mappings(frames *all, FILE *maps, int pagemap) {
    char line[LINE];
    uint64_t size = (uint64_t)sysconf(_SC_PAGESIZE);
    while (fgets(line, sizeof line, maps) != NULL) {
        char *rest = NULL;
        char name[8] = "";
        uint64_t start = strtoull(line, &rest, 16);
        uint64_t end = strtoull(rest + 1, &rest, 16);
        sscanf(rest, "%*s %*s %*s %*s %7s", name);
        if (name[0] == '[' && name[1] == 'v') {
            continue;
        }
        if (add_pages(all, pagemap, start / size, end / size) != 0) {
            return -1;
        }
    }
    return 0;
}

static int add_process(frames *all, long pid) {
    char path[PATH];
    snprintf(path, sizeof path, "/proc/%ld/maps", pid);
    FILE *maps = fopen(path, "r");
    snprintf(path, sizeof path, "/proc/%ld/pagemap", pid);
    int pagemap = open(path, O_RDONLY | O_CLOEXEC);
    int failed = maps == NULL || pagemap < 0 || add_mappings(all, maps, pagemap) != 0;
    if (maps != NULL) {
        fclose(maps);
    }
    if (pagemap >= 0) {
        close(pagemap);
    }
    return failed;
}

static int by_number(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static size_t count_distinct(frames *all) {
    size_t distinct = 0;
    qsort(all->items, all->count, sizeof *all->items, by_number);
    for (size_t i = 0; i < all->count; i++) {
        distinct += i == 0 || all->items[i] != all->items[i - 1];
    }
    return distinct;
}

static size_t from_words(pid_t *told, char **words) {
    size_t count = 0;
    while (count < MOST && words[count] != NULL) {
        told[count] = (pid_t)strtol(words[count], NULL, 10);
        count++;
    }
    return count;
}

static size_t from_input(pid_t *told) {
    ssize_t length = read(STDIN_FILENO, told, MOST * sizeof *told);
    return length > 0 ? (size_t)length / sizeof *told : 0;
}

int main(int argc, char **argv) {
    frames all = {.items = NULL};
    int failed = 0;
    pid_t told[MOST];
    size_t count = argc > 1 ? from_words(told, argv + 1) : from_input(told);
    if (count == 0) {
        fprintf(
            stderr,
            "usage: page_frames PID ... (without any, they are read from a program's output)\n");
        return 2;
    }
    for (size_t i = 0; i < count && !failed; i++) {
        failed = add_process(&all, told[i]);
    }
    if (failed || all.count == 0) {
        fprintf(stderr, "page_frames: can't be read; only root is shown the frames of pages\n");
    } else {
        size_t size = (size_t)sysconf(_SC_PAGESIZE);
        size_t mapped = all.count * size;
        printf("{\"bytes\":%zu,\"mapped\":%zu}\n", count_distinct(&all) * size, mapped);
    }
    free(all.items);
    return failed || all.count == 0;
}
