/* Counts the descriptors that are left, so that we can refuse a trial that would run out of
 * them. */
#include <dirent.h>
#include <sys/resource.h>

#include "bakeoff/fetch.h"
#include "net/descriptors.h"

static size_t in_use(void) {
    size_t count = 0;
    DIR *dir = opendir("/proc/self/fd");
    if (dir == NULL) {
        return 0;
    }
    while (readdir(dir) != NULL) {
        count++;
    }
    closedir(dir);
    return count > 3 ? count - 3 : 0; /* ".", ".." and the open folder itself */
}

size_t bko__descriptors_available(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return 0;
    }
    if (limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        getrlimit(RLIMIT_NOFILE, &limit);
    }
    size_t used = in_use();
    return limit.rlim_cur > used ? (size_t)limit.rlim_cur - used : 0;
}
