/* What limits of single processes and files can't hold: the machine's disk and memory as a whole. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/fd.h"
#include "programs/confine/keeper.h"

enum { LEAST_SHARE = 20, KIB = 1024 }; /* one part in twenty of the memory stays free */

static room room_of(const char *path) {
    struct statvfs found;
    return statvfs(path, &found) == 0
               ? (room){(uint64_t)found.f_bfree * found.f_frsize, found.f_ffree}
               : (room){0, 0};
}

void watch_start(watch *self, const bko__confine_plan *plan) {
    for (size_t i = 0; i < plan->path_count; i++) {
        self->before[i] = room_of(plan->paths[i].path);
    }
}

static const char *look_at_disk(const watch *self, const bko__confine_plan *plan) {
    for (size_t i = 0; i < plan->path_count; i++) {
        const room *before = &self->before[i];
        if (plan->paths[i].right == BKO__CONFINE_WRITE) {
            room now = room_of(plan->paths[i].path);
            if (before->bytes > now.bytes && before->bytes - now.bytes > plan->limits.disk) {
                return "the disk of its folder lost more space than a run may take";
            }
            if (before->files > now.files && before->files - now.files > plan->limits.files) {
                return "the disk of its folder got more files than a run may make";
            }
        }
    }
    return NULL;
}

static unsigned long long kib_of(const char *text, const char *name) {
    const char *found = strstr(text, name);
    return found != NULL ? strtoull(found + strlen(name), NULL, 10) : 0;
}

static const char *look_at_memory(uint64_t spare) {
    char text[4096];
    int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text - 1) : 0;
    bko__fd_close(&fd);
    text[length > 0 ? length : 0] = '\0';
    unsigned long long total = kib_of(text, "MemTotal:");
    unsigned long long available = kib_of(text, "MemAvailable:");
    unsigned long long least = spare > 0 ? spare / KIB : total / LEAST_SHARE;
    return available > 0 && available < least ? "the machine's memory was running out" : NULL;
}

const char *watch_look(const watch *self, const bko__confine_plan *plan) {
    const char *reason = look_at_disk(self, plan);
    return reason != NULL ? reason : look_at_memory(plan->limits.spare);
}
