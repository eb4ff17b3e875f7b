#include "support_probe.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct subject subject_start(void (*act)(struct subject *self, size_t argument), size_t argument) {
    int down[2];
    int up[2];
    if (pipe(down) != 0 || pipe(up) != 0) {
        abort();
    }
    pid_t pid = fork();
    if (pid == 0) {
        struct subject self = {.pid = getpid(), .say = up[1], .hear = down[0]};
        close(down[1]);
        close(up[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        act(&self, argument);
        _exit(0);
    }
    close(down[0]);
    close(up[1]);
    return (struct subject){.pid = pid, .say = down[1], .hear = up[0]};
}

void subject_tell(struct subject *side) {
    if (write(side->say, "", 1) != 1) {
        _exit(1);
    }
}

void subject_wait(struct subject *side) {
    char byte;
    if (read(side->hear, &byte, 1) != 1) {
        _exit(1);
    }
}

void subject_step(struct subject *subject) {
    subject_tell(subject);
    subject_wait(subject);
}

void subject_end(struct subject *subject) {
    kill(subject->pid, SIGKILL);
    waitpid(subject->pid, NULL, 0);
    close(subject->say);
    close(subject->hear);
}

void *touched_pages(size_t size) {
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        abort();
    }
    madvise(pages, size, MADV_NOHUGEPAGE);
    memset(pages, 1, size);
    return pages;
}
