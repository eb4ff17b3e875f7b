/* See core/fork_mark.h. The kernel wipes the page in every child (since Linux 4.14). */
#include "core/fork_mark.h"

#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096 };

void bko__fork_mark_open(bko__fork_mark *mark) {
    *mark = (bko__fork_mark){.pid = getpid()};
    unsigned char *page =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) {
        return;
    }
    if (madvise(page, PAGE, MADV_WIPEONFORK) != 0) {
        munmap(page, PAGE);
        return;
    }
    page[0] = 1;
    mark->page = page;
}

void bko__fork_mark_close(bko__fork_mark *mark) {
    if (mark->page != NULL) {
        munmap((void *)mark->page, PAGE);
        mark->page = NULL;
    }
}

bool bko__fork_mark_is_mine(const bko__fork_mark *mark) {
    return mark->page != NULL ? mark->page[0] == 1 : mark->pid == getpid();
}
