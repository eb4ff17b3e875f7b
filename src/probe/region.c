#include "probe/region.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bakeoff/error.h"

int bko__region_create(bko__region *region, size_t size) {
    memset(region, 0, sizeof *region);
    void *start = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) {
        return BKO_ENOMEM;
    }
    /* If the kernel ignores this advice, a trial only has some pages more. A huge page would be
     * touched as a whole. */
    (void)madvise(start, size, MADV_DONTFORK);
    (void)madvise(start, size, MADV_NOHUGEPAGE);
    *region = (bko__region){.start = start, .size = size, .owner = getpid()};
    return BKO_OK;
}

void bko__region_release(bko__region *region) {
    if (region->start != NULL && region->owner == getpid()) {
        munmap(region->start, region->size);
    }
    memset(region, 0, sizeof *region);
}
