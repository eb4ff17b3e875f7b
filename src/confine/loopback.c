/* A network of its own: nothing but loopback, and on it the addresses of allowed hosts. */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "confine/parts.h"

enum { LOOPBACK_NET = 127, BACKLOG = 1024 };

static int bring_up(int fd, struct ifreq *request) {
    request->ifr_flags = IFF_UP | IFF_RUNNING;
    return ioctl(fd, SIOCSIFFLAGS, request);
}

/* lo:1, lo:2 … have the addresses of hosts; 127.0.0.0/8 is there already. */
static int add_address(int fd, size_t index, const struct sockaddr_in *address) {
    struct ifreq request = {0};
    struct sockaddr_in whole = {.sin_family = AF_INET, .sin_addr.s_addr = INADDR_NONE};
    if (ntohl(address->sin_addr.s_addr) >> 24 == LOOPBACK_NET) {
        return 0;
    }
    snprintf(request.ifr_name, sizeof request.ifr_name, "lo:%zu", index + 1);
    memcpy(&request.ifr_addr, address, sizeof *address);
    if (ioctl(fd, SIOCSIFADDR, &request) != 0) {
        return errno == EEXIST ? 0 : -1;
    }
    memcpy(&request.ifr_netmask, &whole, sizeof whole);
    return ioctl(fd, SIOCSIFNETMASK, &request);
}

static int listen_on(const struct sockaddr_in *address) {
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
                    bind(fd, (const struct sockaddr *)address, sizeof *address) != 0 ||
                    listen(fd, BACKLOG) != 0)) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

int bko__confine_loopback(const bko__confine_plan *plan, int *listeners, char *message) {
    struct ifreq request = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bring_up(fd, &request) != 0) {
        return bko__confine_fail(message, "network of its own");
    }
    for (size_t i = 0; i < plan->host_count; i++) {
        if (add_address(fd, i, &plan->hosts[i].address) != 0) {
            return bko__confine_fail(message, "address of a host");
        }
        listeners[i] = listen_on(&plan->hosts[i].address);
        if (listeners[i] < 0) {
            return bko__confine_fail(message, "port of a host");
        }
    }
    close(fd);
    return 0;
}
