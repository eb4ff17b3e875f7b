/* Preloaded into every program of a run under test: counts the calls that can fail, and lets one of them fail.
 * Only calls from bakeoff's own programs count, and from the libraries whose callers they are (Lua, libcurl, libuv).
 * TORTURE_CONTROL names the control file (inject.h). Without it, nothing fails. */
#include "inject.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inject_calls.h"

/* Whose calls count. */
enum { OWN_MODULES = 6 };
static const char *const module_names[] = {
    "/bakeoff",  "/worker",      "/fixture",   "/lua_runner",       "/core.so",
    "/guardian", "liblua5.4.so", "libcurl.so", "libcurl-gnutls.so", "libuv.so"};
enum { MODULES = sizeof module_names / sizeof *module_names, LIBUV = MODULES - 1, RANGES = 16 };

typedef struct {
    uintptr_t start, end, base;
    uint32_t module;
} range;

static range ranges[RANGES];
static size_t range_count;
static torture_control *control;
static _Thread_local bool is_inside; /* a call of ours: never counted */

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static int module_of(const char *path) {
    for (int i = 0; i < MODULES; i++) {
        if (i < OWN_MODULES ? ends_with(path, module_names[i])
                            : strstr(path, module_names[i]) != NULL) {
            return i;
        }
    }
    return -1;
}

static int add_ranges(struct dl_phdr_info *info, size_t size, void *program) {
    (void)size;
    const char *path = info->dlpi_name[0] != '\0' ? info->dlpi_name : program;
    int module = module_of(path);
    for (int i = 0; module >= 0 && i < info->dlpi_phnum && range_count < RANGES; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
            uintptr_t start = info->dlpi_addr + part->p_vaddr;
            ranges[range_count++] =
                (range){start, start + part->p_memsz, info->dlpi_addr, (uint32_t)module};
        }
    }
    return 0;
}

static const range *range_of(const void *address) {
    for (size_t i = 0; i < range_count; i++) {
        if ((uintptr_t)address >= ranges[i].start && (uintptr_t)address < ranges[i].end) {
            return &ranges[i];
        }
    }
    return NULL;
}

/* For the test of the search for leaks: one that must be found. */
static void leak_if_asked(void) {
    if (getenv("TORTURE_LEAKS_ONE") != NULL) {
        void *volatile lost = NULL;
        for (int i = 0; i < 3; i++) {
            lost = malloc(100);
        }
        lost = NULL;
        (void)lost;
    }
}

__attribute__((constructor)) static void begin(void) {
    static char program[4096];
    const char *path = getenv("TORTURE_CONTROL");
    void *first[2];
    is_inside = true;
    if (path != NULL && readlink("/proc/self/exe", program, sizeof program - 1) > 0) {
        backtrace(first, 2); /* loads the unwinder, which allocates */
        dl_iterate_phdr(add_ranges, program);
        int fd = (int)torture_real_open(path, O_RDWR | O_CLOEXEC);
        void *memory = fd >= 0
                           ? mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                           : MAP_FAILED;
        if (fd >= 0) {
            close(fd);
        }
        control = memory != MAP_FAILED && range_count > 0 ? memory : NULL;
        leak_if_asked();
    }
    is_inside = false;
}

/* --- sites ------------------------------------------------------------------------------------ */

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash ^= value + 0x9e3779b97f4a7c15U + (hash << 6) + (hash >> 2);
    return hash * 0xff51afd7ed558ccdU;
}

/* The innermost frames that lie in the caller's module. The way through a library isn't looked at: Lua allocates
 * too often for that. */
static void look(torture_site *site, const void *caller, const range *own) {
    void *stack[TORTURE_FRAMES + 4];
    int depth = 0;
    site->module = own->module;
    site->frames[depth++] = (uintptr_t)caller - own->base;
    if (own->module < OWN_MODULES) {
        int count = backtrace(stack, TORTURE_FRAMES + 4);
        bool is_found = false;
        for (int i = 0; i < count && depth < TORTURE_FRAMES; i++) {
            const range *in = range_of(stack[i]);
            if (is_found && in != NULL && in->module == own->module) {
                site->frames[depth++] = (uintptr_t)stack[i] - in->base;
            }
            is_found = is_found || stack[i] == caller;
        }
    }
    uint64_t hash = site->kind + 1;
    for (int i = 0; i < depth; i++) {
        hash = mix(hash, site->frames[i] + site->module);
    }
    atomic_store(&site->hash, hash | 1);
}

/* The site's entry in the control file; NULL if there is no room. */
static torture_site *entry_of(const torture_site *seen) {
    uint64_t hash = atomic_load(&seen->hash);
    for (size_t i = 0; i < TORTURE_SITES; i++) {
        torture_site *at = &control->sites[(hash + i) % TORTURE_SITES];
        uint64_t known = 0;
        if (atomic_compare_exchange_strong(&at->hash, &known, hash)) {
            at->kind = seen->kind;
            at->module = seen->module;
            memcpy(at->frames, seen->frames, sizeof at->frames);
            return at;
        }
        if (known == hash) {
            return at;
        }
    }
    return NULL;
}

static bool is_the_one(uint32_t kind, const void *caller, const range *own) {
    torture_site seen = {.kind = kind};
    look(&seen, caller, own);
    torture_site *entry = entry_of(&seen);
    if (entry == NULL) {
        atomic_fetch_add(&control->lost, 1);
        return false;
    }
    uint64_t call = atomic_fetch_add(&entry->calls, 1) + 1;
    bool goes_on = control->lasting != 0 && atomic_load(&control->fired) > 0 &&
                   atomic_load(&control->kind) == kind;
    if (!goes_on && (control->hash != atomic_load(&seen.hash) || control->call != call)) {
        return false;
    }
    atomic_store(&control->kind, kind);
    atomic_fetch_add(&control->fired, 1);
    return true;
}

/* libuv ends the process if these fail, by its own decision: no caller could do anything about it. */
static bool is_hopeless(uint32_t kind, const range *own) {
    return own->module == LIBUV && kind != TORTURE_MEMORY && kind != TORTURE_OPEN &&
           kind != TORTURE_FILE;
}

bool torture_fails(uint32_t kind, const void *caller) {
    if (control == NULL || is_inside) {
        return false;
    }
    const range *own = range_of(caller);
    if (own == NULL || is_hopeless(kind, own)) {
        return false;
    }
    int saved = errno;
    is_inside = true;
    bool fails = is_the_one(kind, caller, own);
    is_inside = false;
    errno = saved;
    return fails;
}
