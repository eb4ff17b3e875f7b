/* What limits of single processes and files can't hold: the machine's disk and memory as a whole. */
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "keeper.h"

enum { LEAST_SHARE = 20 }; /* one part in twenty of the memory stays free */

static uint64_t free_bytes(const char *path) {
    struct statvfs found;
    return statvfs(path, &found) == 0 ? (uint64_t)found.f_bfree * found.f_frsize : 0;
}

void watch_start(watch *self, const bko__confine_plan *plan) {
    for (size_t i = 0; i < plan->path_count; i++) {
        self->free_bytes[i] = free_bytes(plan->paths[i].path);
    }
}

static const char *look_at_disk(const watch *self, const bko__confine_plan *plan) {
    for (size_t i = 0; i < plan->path_count; i++) {
        if (plan->paths[i].right == BKO__CONFINE_WRITE) {
            uint64_t now = free_bytes(plan->paths[i].path);
            if (self->free_bytes[i] > now && self->free_bytes[i] - now > plan->limits.disk) {
                return "the disk of its folder lost more space than a run may take";
            }
        }
    }
    return NULL;
}

static const char *look_at_memory(void) {
    unsigned long long total = 0;
    unsigned long long available = 0;
    char line[128];
    FILE *file = fopen("/proc/meminfo", "re");
    if (file == NULL) {
        return NULL;
    }
    int found = 0;
    while (found < 2 && fgets(line, sizeof line, file) != NULL) {
        found += sscanf(line, "MemTotal: %llu", &total) == 1;
        found += sscanf(line, "MemAvailable: %llu", &available) == 1;
    }
    fclose(file);
    return found == 2 && available < total / LEAST_SHARE ? "the machine's memory was running out" : NULL;
}

const char *watch_look(const watch *self, const bko__confine_plan *plan) {
    const char *reason = look_at_disk(self, plan);
    return reason != NULL ? reason : look_at_memory();
}
