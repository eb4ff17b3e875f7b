/* Receives requests. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "programs/guardian/parts.h"

/* A request of this size or more shows in our own memory. */
enum { LARGE = 256 * 1024 };

/* Receives all of it; false: the bench is gone. */
static bool receive_all(void *out, size_t size) {
    char *at = out;
    while (size > 0) {
        ssize_t got = recv(BKO__GUARDIAN_SOCKET, at, size, MSG_WAITALL);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        at += got > 0 ? got : 0;
        size -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* Receives the head and the descriptors that come with it; those that don't are -1. */
static bool receive_head(bko__guardian_request *head, int fds[BKO__GUARDIAN_FDS]) {
    size_t size = BKO__GUARDIAN_FDS * sizeof fds[0];
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(BKO__GUARDIAN_FDS * sizeof(int))];
    } control;
    struct iovec data = {.iov_base = head, .iov_len = sizeof *head};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do {
        got = recvmsg(BKO__GUARDIAN_SOCKET, &message, MSG_WAITALL | MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    const struct cmsghdr *first = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (first == NULL || first->cmsg_len < CMSG_LEN(sizeof(int)) ||
        first->cmsg_len > CMSG_LEN(size)) {
        return false;
    }
    memset(fds, -1, size);
    memcpy(fds, CMSG_DATA(first), first->cmsg_len - CMSG_LEN(0));
    return receive_all((char *)head + got, sizeof *head - (size_t)got);
}

static char *take_string(char **at) {
    char *string = *at;
    *at += strlen(string) + 1;
    return string;
}

static char **take_list(char ***slots, char **at, uint32_t count) {
    char **list = *slots;
    for (uint32_t i = 0; i < count; i++) {
        *(*slots)++ = take_string(at);
    }
    *(*slots)++ = NULL;
    return list;
}

/* One block: first the pointers, then the strings. */
static bool receive_strings(request *out, const bko__guardian_request *head) {
    size_t pointers = (size_t)head->arguments + head->variables + 2;
    out->block_size = pointers * sizeof(char *) + head->size;
    out->block = mmap(NULL, out->block_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (out->block == MAP_FAILED) {
        return false;
    }
    char **slots = out->block;
    char *at = (char *)(slots + pointers);
    if (!receive_all(at, head->size)) {
        return false;
    }
    out->counts = head->counts != 0;
    out->file = take_string(&at);
    out->folder = take_string(&at);
    out->input = take_string(&at);
    out->output = take_string(&at);
    out->arguments = take_list(&slots, &at, head->arguments);
    out->environment = take_list(&slots, &at, head->variables);
    return true;
}

bool request_read(request *out) {
    bko__guardian_request head;
    int fds[BKO__GUARDIAN_FDS];
    if (!receive_head(&head, fds)) {
        return false;
    }
    bool is_there = fchdir(fds[BKO__GUARDIAN_FOLDER_FD]) == 0;
    close(fds[BKO__GUARDIAN_FOLDER_FD]);
    out->streams = (bko_program_streams)head.streams;
    out->shown[0] = fds[BKO__GUARDIAN_OUT_FD];
    out->shown[1] = fds[BKO__GUARDIAN_ERR_FD];
    return is_there && receive_strings(out, &head);
}

/* Resets our peak RSS to the current RSS, so that it does not mask the peaks of programs. */
static void forget_peak(void) {
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    ssize_t went = fd >= 0 ? write(fd, "5", 1) : 0;
    if (fd >= 0) {
        close(fd);
    }
    (void)went; /* on failure, peaks below ours are not believed */
}

void request_free(request *asked) {
    for (size_t i = 0; i < sizeof asked->shown / sizeof asked->shown[0]; i++) {
        if (asked->shown[i] >= 0) {
            close(asked->shown[i]);
        }
    }
    munmap(asked->block, asked->block_size);
    if (asked->block_size >= LARGE) {
        forget_peak();
    }
}
