/* Writes the counts of a process that ends with _exit. Part of every program when coverage is measured; weak, since
 * a program is linked from several parts that contain it. */
#include <gcov.h>
#include <unistd.h>

_Noreturn void __real__exit(int code);
_Noreturn void __wrap__exit(int code);

__attribute__((weak)) _Noreturn void __wrap__exit(int code) {
    __gcov_dump();
    __real__exit(code);
}
