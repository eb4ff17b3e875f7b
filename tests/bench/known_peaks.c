/*
 * Programs whose peak memory is known by construction: what a tool that samples can miss or count twice.
 *
 * usage: known_peaks CASE MIB HOLD_MS
 *   Each case needs a multiple of MIB mebibytes at its peak (truth_peaks.lua knows which) and holds the peak for HOLD_MS
 *   milliseconds. Events, not times, decide when the peak begins: it is complete when the last process has reported.
 * Exit code 0; 1 when something failed; 2 for wrong arguments.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CHILDREN = 4,
    FORTY = 40,
    MANY = 200,
    THREADS = 16,
    STORM = 300,
    IDLE_MS = 400,
    MEBIBYTE = 1024 * 1024,
    PAGE = 4096
};

extern char **environ;

static size_t size;
static int hold_ms;
static int file; /* that all children map */

/* --- memory --------------------------------------------------------------------------------------------------------- */

static char *fail(const char *what) {
    perror(what);
    exit(1);
}

static void touch(char *memory, size_t bytes) {
    for (size_t at = 0; at < bytes; at += PAGE) {
        memory[at]++;
    }
}

static char *mapped(size_t bytes, int flags, int fd) {
    if (bytes == 0) {
        return NULL;
    }
    char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, fd, 0);
    return memory != MAP_FAILED ? memory : fail("known_peaks: mmap");
}

static char *touched(size_t bytes) {
    char *memory = mapped(bytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    madvise(memory, bytes, MADV_NOHUGEPAGE);
    touch(memory, bytes);
    return memory;
}

static void sleep_ms(int milliseconds) {
    usleep((useconds_t)milliseconds * 1000);
}

static void hold(void) {
    sleep_ms(hold_ms);
}

/* --- children that come and go together ----------------------------------------------------------------------------- */

typedef struct gate {
    int ready[2]; /* a child writes a byte when it has done its part */
    int go[2];    /* closed: the next part begins */
} gate;

static void open_gate(gate *all) {
    if (pipe(all->ready) != 0 || pipe(all->go) != 0) {
        (void)fail("known_peaks: pipe");
    }
}

static void tell(const gate *all) {
    if (write(all->ready[1], "", 1) != 1) {
        _exit(1);
    }
}

/* In a child: until the gate opens. */
static void wait_at(const gate *all) {
    char byte;
    close(all->go[1]);
    while (read(all->go[0], &byte, 1) > 0) {
    }
}

static void wait_for(const gate *all, int count) {
    char byte;
    for (int i = 0; i < count; i++) {
        if (read(all->ready[0], &byte, 1) != 1) {
            (void)fail("known_peaks: a child ended early");
        }
    }
}

static void reap_all(void) {
    while (wait(NULL) > 0 || errno == EINTR) {
    }
}

/* Forks children that wait for each other, act together, and hold the result together. */
static void in_children(int count, void (*act)(char *shared), char *shared) {
    gate start;
    gate end;
    open_gate(&start);
    open_gate(&end);
    for (int i = 0; i < count; i++) {
        if (fork() == 0) {
            close(end.go[1]);
            tell(&start);
            wait_at(&start);
            act(shared);
            tell(&end);
            char byte;
            while (read(end.go[0], &byte, 1) > 0) {
            }
            _exit(0);
        }
    }
    wait_for(&start, count);
    close(start.go[1]);
    wait_for(&end, count);
    hold();
    close(end.go[1]);
    reap_all();
}

/* --- the cases ------------------------------------------------------------------------------------------------------ */

static void nothing(char *shared) {
    (void)shared;
}

static void rewrite(char *shared) {
    touch(shared, size);
}

static void grow(char *shared) {
    (void)shared;
    (void)touched(size);
}

static void grow_and_shrink(char *shared) {
    (void)shared;
    for (int i = 0; i < 5; i++) {
        munmap(touched(size), size);
    }
    (void)touched(size);
}

static void copy_on_write(void) {
    char *shared = touched(4 * size);
    in_children(CHILDREN, rewrite, shared);
}

static void copy_after_idling(void) {
    char *shared = touched(4 * size);
    sleep_ms(IDLE_MS);
    in_children(CHILDREN, rewrite, shared);
}

static void idle_forks(void) {
    in_children(CHILDREN, nothing, touched(size));
}

static void own_memory(void) {
    in_children(CHILDREN, grow, NULL);
}

static void many_children(void) {
    in_children(MANY, grow, NULL);
}

static void forty_children(void) {
    in_children(FORTY, grow, NULL);
}

static void prefork(void) {
    (void)touched(4 * size);
    in_children(2 * CHILDREN, grow, NULL);
}

static void sawteeth(void) {
    in_children(CHILDREN, grow_and_shrink, NULL);
}

static void sawtooth(void) {
    grow_and_shrink(NULL);
    hold();
}

/* One child after the other grows and ends. */
static void waves(void) {
    for (int i = 0; i < CHILDREN; i++) {
        in_children(1, grow, NULL);
    }
}

/* Grandchildren whose parents have ended before they grow. */
static void orphans_in(int own_session) {
    gate all;
    open_gate(&all);
    for (int i = 0; i < 2; i++) {
        pid_t between = fork();
        if (between == 0) {
            if (fork() == 0) {
                own_session = own_session && setsid() > 0;
                grow(NULL);
                tell(&all);
                wait_at(&all);
            }
            _exit(0);
        }
        waitpid(between, NULL, 0);
    }
    wait_for(&all, 2);
    hold();
}

/* Grandchildren that end on their own, all at once; the last one closes the pipe. */
static void orphans_end(void) {
    gate all;
    char byte;
    open_gate(&all);
    for (int i = 0; i < 2 * CHILDREN; i++) {
        pid_t between = fork();
        if (between == 0) {
            if (fork() == 0) {
                grow(NULL);
                tell(&all);
                wait_at(&all);
            }
            _exit(0);
        }
        waitpid(between, NULL, 0);
    }
    wait_for(&all, 2 * CHILDREN);
    hold();
    close(all.ready[1]);
    close(all.go[1]);
    while (read(all.ready[0], &byte, 1) > 0) {
    }
}

static void orphans(void) {
    orphans_in(0);
}

static void daemons(void) {
    orphans_in(1);
}

static void spawn(const char *what, const char *mebibytes) {
    char *argv[] = {"known_peaks", (char *)what, (char *)mebibytes, "0", NULL};
    pid_t pid;
    if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ) != 0 ||
        waitpid(pid, NULL, 0) != pid) {
        (void)fail("known_peaks: spawn");
    }
}

/* Each child is as large as its parent until exec, but has its address space. */
static void spawn_storm(void) {
    (void)touched(size);
    for (int i = 0; i < STORM; i++) {
        spawn("nothing", "0");
    }
    hold();
}

static void fork_storm(void) {
    (void)touched(size);
    for (int i = 0; i < STORM; i++) {
        if (fork() == 0) {
            _exit(0);
        }
        reap_all();
    }
    hold();
}

static int borrow(void *all) {
    tell(all);
    hold();
    return 0;
}

static void borrow_with(int flags) {
    static _Alignas(16) char stack[64 * 1024];
    gate all;
    open_gate(&all);
    (void)touched(size);
    if (clone(borrow, stack + sizeof stack, flags | SIGCHLD, &all) < 0) {
        (void)fail("known_peaks: clone");
    }
    reap_all();
}

static void vfork_child(void) {
    borrow_with(CLONE_VM | CLONE_VFORK);
}

static void clone_child(void) {
    borrow_with(CLONE_VM);
}

/* A file that no other program maps. */
static int file_of(size_t bytes) {
    char path[] = "/var/tmp/known_peaks.XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || unlink(path) != 0 || ftruncate(fd, (off_t)bytes) != 0) {
        (void)fail("known_peaks: file");
    }
    return fd;
}

static void map_file(char *shared) {
    (void)shared;
    touch(mapped(size, MAP_SHARED, file), size);
}

/* Four processes map the same file at the same time. */
static void shared_file(void) {
    file = file_of(size);
    in_children(CHILDREN, map_file, NULL);
}

static int memory_file(void) {
    int fd = memfd_create("known_peaks", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0) {
        (void)fail("known_peaks: memfd");
    }
    return fd;
}

static void shared_memory(void) {
    file = memory_file();
    in_children(CHILDREN, map_file, NULL);
}

/* In nobody's address space. */
static void unmapped_memory(void) {
    static const char bytes[PAGE] = {1};
    int fd = memory_file();
    for (size_t at = 0; at < size; at += PAGE) {
        if (pwrite(fd, bytes, PAGE, (off_t)at) != PAGE) {
            (void)fail("known_peaks: memfd");
        }
    }
    hold();
}

static void dontneed(void) {
    char *memory = touched(size);
    hold();
    madvise(memory, size, MADV_DONTNEED);
    touch(memory, size / 4);
    hold();
}

static void huge_pages(void) {
    char *memory = mapped(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    madvise(memory, size, MADV_HUGEPAGE);
    touch(memory, size);
    hold();
}

static void small_steps(void) {
    for (size_t had = 0; had < size; had += 1024) {
        char *memory = malloc(1024 - 16);
        memory[0] = 1;
    }
    hold();
}

/* The next program in the chain needs less. */
static void exec_chain(void) {
    char less[32];
    char held[32];
    (void)touched(size);
    hold();
    snprintf(less, sizeof less, "%zu", size / MEBIBYTE / 2);
    snprintf(held, sizeof held, "%d", hold_ms);
    if (size > MEBIBYTE) {
        execl("/proc/self/exe", "known_peaks", "exec_chain", less, held, NULL);
        (void)fail("known_peaks: exec");
    }
}

static pthread_barrier_t together;

static void *grow_arena(void *unused) {
    volatile char *arena = malloc(size); /* volatile: else the compiler leaves it all out */
    for (size_t at = 0; at < size; at += PAGE) {
        arena[at] = 1;
    }
    pthread_barrier_wait(&together);
    pthread_barrier_wait(&together);
    return unused;
}

static void *grow_stack(void *unused) {
    volatile char *stack = __builtin_alloca(size);
    for (size_t at = 0; at < size; at += PAGE) {
        stack[size - 1 - at] = 1;
    }
    pthread_barrier_wait(&together);
    pthread_barrier_wait(&together);
    return unused;
}

static void in_threads(void *(*act)(void *)) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, size + MEBIBYTE);
    pthread_barrier_init(&together, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, &attributes, act, NULL) != 0) {
            (void)fail("known_peaks: thread");
        }
    }
    pthread_barrier_wait(&together);
    hold();
    pthread_barrier_wait(&together);
}

static void arenas(void) {
    in_threads(grow_arena);
}

static void stacks(void) {
    in_threads(grow_stack);
}

static void no_memory(void) {
    hold();
}

static void one(void) {
    (void)touched(size);
    hold();
}

/* --- which ---------------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*act)(void);
} cases[] = {
    {"nothing", no_memory},
    {"one", one},
    {"small_steps", small_steps},
    {"huge_pages", huge_pages},
    {"dontneed", dontneed},
    {"sawtooth", sawtooth},
    {"arenas", arenas},
    {"stacks", stacks},
    {"exec_chain", exec_chain},
    {"idle_forks", idle_forks},
    {"own_memory", own_memory},
    {"copy_on_write", copy_on_write},
    {"copy_after_idling", copy_after_idling},
    {"prefork", prefork},
    {"sawteeth", sawteeth},
    {"waves", waves},
    {"forty_children", forty_children},
    {"many_children", many_children},
    {"orphans", orphans},
    {"orphans_end", orphans_end},
    {"daemons", daemons},
    {"spawn_storm", spawn_storm},
    {"fork_storm", fork_storm},
    {"vfork_child", vfork_child},
    {"clone_child", clone_child},
    {"shared_file", shared_file},
    {"shared_memory", shared_memory},
    {"unmapped_memory", unmapped_memory},
};

int main(int argc, char **argv) {
    size = argc == 4 ? (size_t)strtol(argv[2], NULL, 10) * MEBIBYTE : 0;
    hold_ms = argc == 4 ? (int)strtol(argv[3], NULL, 10) : 0;
    for (size_t i = 0; argc == 4 && i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(argv[1], cases[i].name) == 0) {
            cases[i].act();
            return 0;
        }
    }
    fprintf(stderr, "usage: known_peaks CASE MIB HOLD_MS\n");
    return 2;
}
