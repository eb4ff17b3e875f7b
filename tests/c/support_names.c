/*
 * Resolves "peer.test" to 127.0.0.1 and fails for names with "missing", so that fetches by name
 * need no name server. This getaddrinfo overrides the C library's, also for libcurl's resolver.
 */
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>

#pragma GCC visibility push(default)

int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict result) {
    typedef int resolver(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    resolver *next;
    void *found = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&next, &found, sizeof next);
    if (node != NULL && strcmp(node, "peer.test") == 0) {
        node = "127.0.0.1";
    }
    if (node != NULL && strstr(node, "missing") != NULL) {
        return EAI_NONAME;
    }
    return next(node, service, hints, result);
}

#pragma GCC visibility pop
