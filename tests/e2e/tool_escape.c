/*
 * Tries to get out: `tool_escape ATTEMPT [ARGUMENT …]`. Each attempt succeeds if confinement fails. Prints
 * "ATTEMPT: refused: REASON" and exits with 0, or "ATTEMPT: OUT" and exits with 1. Trusted itself: it
 * destroys nothing even where it is let out.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* Each returns 0 or more if it got out, and -1 with errno if it was refused. */
typedef struct {
    const char *name;
    long (*try)(char **arguments);
} attempt;

/* --- files ---------------------------------------------------------------------------------------- */

static long read_file(char **a) {
    return open(a[0], O_RDONLY | O_CLOEXEC);
}
static long write_file(char **a) {
    return open(a[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}
static long make_symlink(char **a) {
    return symlink(a[0], a[1]);
}
static long make_hardlink(char **a) {
    return link(a[0], a[1]);
}
static long rename_out(char **a) {
    return rename(a[0], a[1]);
}
static long make_device(char **a) {
    return mknod(a[0], S_IFCHR | 0600, 0x103);
}
static long make_pipe(char **a) {
    return mknod(a[0], S_IFIFO | 0600, 0);
}
static long change_root(char **a) {
    return chroot(a[0]);
}

/* A folder opened before a chroot or mount would lead out with "..". */
static long climb(char **a) {
    (void)a;
    struct stat root;
    struct stat above;
    if (stat("/", &root) != 0 || stat("/../../..", &above) != 0 || root.st_ino == above.st_ino) {
        errno = EXDEV;
        return -1;
    }
    return 0;
}

static long by_handle(char **a) {
    (void)a;
    char handle[128] = {0};
    return syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_RDONLY);
}

/* --- other processes ------------------------------------------------------------------------------ */

static long read_memory(char **a) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%s/mem", a[0]);
    return open(path, O_RDWR | O_CLOEXEC);
}

static long trace(char **a) {
    return ptrace(PTRACE_ATTACH, (pid_t)strtol(a[0], NULL, 10), NULL, NULL);
}
static long kill_it(char **a) {
    return kill((pid_t)strtol(a[0], NULL, 10), 0);
}

static long read_other(char **a) {
    (void)a;
    return syscall(SYS_process_vm_readv, getppid(), NULL, 0UL, NULL, 0UL, 0UL);
}

static long take_descriptor(char **a) {
    (void)a;
    int fd = (int)syscall(SYS_pidfd_open, getppid(), 0);
    return fd < 0 ? -1 : syscall(SYS_pidfd_getfd, fd, 0, 0);
}

/* --- network -------------------------------------------------------------------------------------- */

static long connect_to(char **a) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtol(a[1], NULL, 10))};
    inet_pton(AF_INET, a[0], &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1 : connect(fd, (struct sockaddr *)&to, sizeof to);
}

static long send_fast(char **a) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)strtol(a[1], NULL, 10))};
    inet_pton(AF_INET, a[0], &to.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0
               ? -1
               : sendto(fd, "x", 1, MSG_FASTOPEN | MSG_NOSIGNAL, (struct sockaddr *)&to, sizeof to);
}

static long ask_name(char **a) {
    (void)a;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1 : sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof to);
}

static long raw_socket(char **a) {
    (void)a;
    return socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
}

static long netlink(char **a) {
    (void)a;
    return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
}

static long unix_to(const char *path, size_t length) {
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    memcpy(to.sun_path, path, length);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1
                  : connect(fd, (struct sockaddr *)&to, (socklen_t)(sizeof to.sun_family + length));
}

static long unix_socket(char **a) {
    return unix_to(a[0], strlen(a[0]) + 1);
}

static long abstract_socket(char **a) {
    char name[100] = {0};
    snprintf(name + 1, sizeof name - 1, "%s", a[0]);
    return unix_to(name, strlen(a[0]) + 1);
}

/* A datagram pair could be sent to any named socket. */
static long datagram_pair(char **a) {
    (void)a;
    int ends[2];
    return socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends);
}

/* --- programs ------------------------------------------------------------------------------------- */

/* The exit code of a program that prints nothing; 127 and errno if it could not be started. */
static long start(char **argv, int by_descriptor) {
    int ends[2];
    int problem = 0;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return 0; /* not a refusal */
    }
    pid_t pid = fork();
    if (pid == 0) {
        if (by_descriptor >= 0) {
            fexecve(by_descriptor, argv, environ);
        } else {
            execve(argv[0], argv, environ);
        }
        problem = errno;
        _exit(write(ends[1], &problem, sizeof problem) == sizeof problem ? 127 : 126);
    }
    close(ends[1]);
    ssize_t told = read(ends[0], &problem, sizeof problem);
    waitpid(pid, NULL, 0);
    errno = problem;
    return told > 0 ? -1 : 0;
}

static long exec_program(char **a) {
    char *argv[] = {a[0], NULL};
    return start(argv, -1);
}

static int copy_self(int to) {
    char buffer[65536];
    ssize_t got;
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    while (from >= 0 && (got = read(from, buffer, sizeof buffer)) > 0) {
        if (write(to, buffer, (size_t)got) != got) {
            return -1;
        }
    }
    return from < 0 ? -1 : close(from);
}

static long exec_written(char **a) {
    char *argv[] = {a[0], "nothing", NULL};
    int fd = open(a[0], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    if (fd < 0 || copy_self(fd) != 0 || fchmod(fd, 0755) != 0) {
        return 0; /* not a refusal */
    }
    close(fd);
    return start(argv, -1);
}

static long exec_memory(char **a) {
    (void)a;
    char *argv[] = {"memory", "nothing", NULL};
    int fd = memfd_create("memory", MFD_CLOEXEC);
    if (fd < 0) {
        fd = memfd_create("memory", MFD_CLOEXEC | 8U /* MFD_NOEXEC_SEAL */);
    }
    if (fd < 0 || copy_self(fd) != 0) {
        return 0; /* not a refusal */
    }
    fchmod(fd, 0755);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    argv[0] = path;
    if (start(argv, -1) >= 0) {
        return 0;
    }
    return start(argv, fd);
}

/* What dlopen would do with a library that the script has written. */
static long map_written(char **a) {
    int fd = open(a[0], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    if (fd < 0 || copy_self(fd) != 0) {
        return 0;
    }
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED ? -1 : 0;
}

/* Root inside has no more rights than anybody; another user's name would be a way out. */
static long become_other(char **a) {
    (void)a;
    uid_t other = getuid() == 0 ? 1 : 0;
    return setuid(other) == 0 ? 0 : setresuid(other, other, other);
}

/* --- bombs ---------------------------------------------------------------------------------------- */

static long fork_bomb(char **a) {
    static pid_t started[1 << 16];
    size_t most = strtoul(a[0], NULL, 10);
    size_t count = 0;
    while (count < most && (started[count] = fork()) >= 0) {
        if (started[count] == 0) {
            pause();
            _exit(0);
        }
        count++;
    }
    int problem = errno;
    for (size_t i = 0; i < count; i++) {
        kill(started[i], SIGKILL);
        waitpid(started[i], NULL, 0);
    }
    errno = problem;
    return count == most ? 0 : -1;
}

static long memory_bomb(char **a) {
    size_t most = strtoul(a[0], NULL, 10);
    for (size_t taken = 0; taken < most; taken += 1 << 20) {
        void *block =
            mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) {
            return -1;
        }
    }
    return 0;
}

static long disk_bomb(char **a) {
    static char block[1 << 20];
    long most = strtol(a[1], NULL, 10);
    int fd = open(a[0], O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    signal(SIGXFSZ, SIG_IGN);
    for (long written = 0; fd >= 0 && written < most; written += (long)sizeof block) {
        if (write(fd, block, sizeof block) <= 0) {
            return -1;
        }
    }
    return 0;
}

/* Many files, each within its limit. Nothing here ends it: somebody outside must. */
static long disk_flood(char **a) {
    static char block[1 << 20];
    char path[512];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 300; i++) {
        snprintf(path, sizeof path, "%s/%d", a[0], i);
        int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0 || write(fd, block, sizeof block) <= 0) {
            return -1;
        }
        close(fd);
    }
    sleep(5);
    return 0;
}

/* --- what was left open --------------------------------------------------------------------------- */

static long open_descriptor(char **a) {
    (void)a;
    for (int fd = 3; fd < 4096; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            return fd;
        }
    }
    errno = EBADF;
    return -1;
}

static long type_into_terminal(char **a) {
    (void)a;
    char letter = 'x';
    for (int fd = 0; fd < 3; fd++) {
        if (ioctl(fd, TIOCSTI, &letter) == 0 ||
            syscall(SYS_ioctl, fd, TIOCSTI | 1L << 32, &letter) == 0) {
            return 0;
        }
    }
    int problem = errno;
    if (open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0) {
        return 0;
    }
    errno = problem;
    return -1;
}

static int contains(const char *path, const char *secret) {
    static char text[1 << 16];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = fd >= 0 ? read(fd, text, sizeof text) : 0;
    int found = length > 0 && memmem(text, (size_t)length, secret, strlen(secret)) != NULL;
    if (fd >= 0) {
        close(fd);
    }
    return found;
}

/* The name of a variable whose value nobody should know. */
static long secret(char **a) {
    if (getenv(a[0]) != NULL || contains("/proc/self/environ", a[0]) ||
        contains("/proc/1/environ", a[0])) {
        return 0;
    }
    errno = ENOENT;
    return -1;
}

/* --- the locks themselves ------------------------------------------------------------------------- */

static long undo_filter(char **a) {
    (void)a;
    if (prctl(PR_SET_SECCOMP, 0, 0, 0, 0) == 0 || prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0) {
        return 0;
    }
    return syscall(SYS_seccomp, 0, 0, NULL);
}

static long uring(char **a) {
    (void)a;
    char parameters[256] = {0};
    return syscall(SYS_io_uring_setup, 1, parameters);
}

static long fault_handler(char **a) {
    (void)a;
    return syscall(SYS_userfaultfd, 1);
}
static long bpf(char **a) {
    (void)a;
    return syscall(SYS_bpf, 0, NULL, 0);
}
static long keys(char **a) {
    (void)a;
    return syscall(SYS_keyctl, 0, -3, 1, 0, 0);
}
static long count_events(char **a) {
    (void)a;
    char attributes[128] = {[4] = sizeof attributes};
    return syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0);
}
static long mount_it(char **a) {
    return mount("none", a[0], "tmpfs", 0, NULL);
}
static long remount(char **a) {
    return mount(NULL, a[0], NULL, MS_REMOUNT | MS_BIND, NULL);
}
static long new_user(char **a) {
    (void)a;
    return unshare(CLONE_NEWUSER);
}
static long clone_user(char **a) {
    (void)a;
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    return pid;
}
static long set_clock(char **a) {
    (void)a;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return clock_settime(CLOCK_REALTIME, &now);
}
static long change_kernel(char **a) {
    (void)a;
    return open("/proc/sys/kernel/core_pattern", O_WRONLY | O_CLOEXEC);
}

static long nothing(char **a) {
    (void)a;
    return 0;
}

static const attempt ATTEMPTS[] = {{"read", read_file},
                                   {"write", write_file},
                                   {"symlink", make_symlink},
                                   {"hardlink", make_hardlink},
                                   {"rename", rename_out},
                                   {"device", make_device},
                                   {"pipe", make_pipe},
                                   {"chroot", change_root},
                                   {"climb", climb},
                                   {"handle", by_handle},
                                   {"memory", read_memory},
                                   {"ptrace", trace},
                                   {"kill", kill_it},
                                   {"vm_read", read_other},
                                   {"getfd", take_descriptor},
                                   {"connect", connect_to},
                                   {"fastopen", send_fast},
                                   {"udp", ask_name},
                                   {"raw", raw_socket},
                                   {"netlink", netlink},
                                   {"unix", unix_socket},
                                   {"abstract", abstract_socket},
                                   {"datagram_pair", datagram_pair},
                                   {"exec", exec_program},
                                   {"exec_written", exec_written},
                                   {"exec_memory", exec_memory},
                                   {"map_written", map_written},
                                   {"setuid", become_other},
                                   {"fork_bomb", fork_bomb},
                                   {"memory_bomb", memory_bomb},
                                   {"disk_bomb", disk_bomb},
                                   {"disk_flood", disk_flood},
                                   {"descriptor", open_descriptor},
                                   {"terminal", type_into_terminal},
                                   {"secret", secret},
                                   {"undo", undo_filter},
                                   {"uring", uring},
                                   {"userfaultfd", fault_handler},
                                   {"bpf", bpf},
                                   {"keys", keys},
                                   {"perf", count_events},
                                   {"mount", mount_it},
                                   {"remount", remount},
                                   {"unshare", new_user},
                                   {"clone", clone_user},
                                   {"clock", set_clock},
                                   {"core_pattern", change_kernel},
                                   {"nothing", nothing}};

int main(int argc, char **argv) {
    char *arguments[3] = {"", "", ""};
    for (int i = 2; i < argc && i < 5; i++) {
        arguments[i - 2] = argv[i];
    }
    for (size_t i = 0; i < sizeof ATTEMPTS / sizeof ATTEMPTS[0]; i++) {
        if (argc > 1 && strcmp(argv[1], ATTEMPTS[i].name) == 0) {
            long got = ATTEMPTS[i].try(arguments);
            if (got < 0) {
                printf("%s: refused: %s\n", argv[1], strerror(errno));
                return 0;
            }
            printf("%s: OUT\n", argv[1]);
            return 1;
        }
    }
    fprintf(stderr, "tool_escape: no such attempt\n");
    return 2;
}
