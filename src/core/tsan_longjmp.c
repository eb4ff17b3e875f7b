/* Only in builds with the thread sanitizer. The sanitizer tracks calls in its own stack and unwinds
 * that stack when it sees a longjmp. A fortified liblua jumps with __longjmp_chk, which the
 * sanitizer of gcc 12 doesn't know. Every yield and every error would leave entries behind, until
 * that stack overflows (after some 30,000 yields) and the process hangs. */
#if defined(__SANITIZE_THREAD__)

#undef _FORTIFY_SOURCE /* else longjmp is __longjmp_chk */
#include <setjmp.h>

/* NOLINTNEXTLINE(bugprone-reserved-identifier): replaces glibc's function */
_Noreturn void __longjmp_chk(struct __jmp_buf_tag environment[1], int value);

/* NOLINTNEXTLINE(bugprone-reserved-identifier) */
_Noreturn __attribute__((visibility("default"))) void
__longjmp_chk(struct __jmp_buf_tag environment[1], int value) {
    longjmp(environment, value);
}

#endif
