/* Does anybody listen at an address? See net/reach.h. */
#include "net/reach.h"

#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bakeoff/error.h"
#include "core/wait.h"

/* What an error of connect says about the other side. */
static int meaning_of(int error) {
    switch (error) {
    case 0:
        return BKO_OK;
    case ECONNREFUSED:
    case ENOENT: /* of a Unix socket */
        return BKO_ECONNECT;
    case ETIMEDOUT:
        return BKO_ETIMEOUT;
    default:
        errno = error;
        return BKO_ESYS;
    }
}

static int connect_within(int fd, const struct sockaddr *address, socklen_t length,
                          int64_t deadline_ns) {
    if (connect(fd, address, length) == 0) {
        return BKO_OK;
    }
    if (errno != EINPROGRESS) {
        return meaning_of(errno);
    }
    struct pollfd polled = {.fd = fd, .events = POLLOUT};
    int ready = bko__wait_until(&polled, 1, deadline_ns);
    if (ready <= 0) {
        return ready == 0 ? BKO_ETIMEOUT : BKO_ESYS;
    }
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? meaning_of(error) : BKO_ESYS;
}

static int reach(int family, const struct sockaddr *address, socklen_t length,
                 int64_t deadline_ns) {
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return BKO_ESYS;
    }
    int err = connect_within(fd, address, length, deadline_ns);
    int saved = errno;
    close(fd);
    errno = saved;
    return err;
}

/* One address that answers is enough; a doubt about one is a doubt about the host. */
static int reach_any(const struct addrinfo *first, int64_t deadline_ns) {
    int worst = BKO_ECONNECT;
    for (const struct addrinfo *one = first; one != NULL; one = one->ai_next) {
        int err = reach(one->ai_family, one->ai_addr, one->ai_addrlen, deadline_ns);
        if (err == BKO_OK) {
            return BKO_OK;
        }
        worst = err == BKO_ECONNECT ? worst : err;
    }
    return worst;
}

int bko__reach(const char *host, const char *port, int64_t limit_ns) {
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int64_t deadline_ns = bko__deadline(limit_ns);
    if (getaddrinfo(host, port, &hints, &found) != 0) {
        return BKO_EINVAL;
    }
    int err = reach_any(found, deadline_ns);
    int saved = errno;
    freeaddrinfo(found);
    errno = saved;
    return err;
}

int bko__reach_unix(const char *path, int64_t limit_ns) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address.sun_path) {
        return BKO_EINVAL;
    }
    memcpy(address.sun_path, path, length);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
    if (path[0] == '@') {
        address.sun_path[0] = '\0';
        size--; /* all bytes of an abstract name count */
    }
    return reach(AF_UNIX, (const struct sockaddr *)&address, size, bko__deadline(limit_ns));
}
