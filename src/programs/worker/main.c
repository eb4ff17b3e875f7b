/*
 * The worker program: one process of a pool with start = "spawn". The pool starts it and tells it
 * where to find work; it is of no use when started by hand.
 */
#include <stdio.h>

#include "lua/module.h"
#include "lua/pool/worker.h"

int main(int argc, char **argv) {
    if (argc < 2) {
        fputs("bakeoff worker: an internal program; pools with start = \"spawn\" start it\n",
              stderr);
        return 2;
    }
    bko__lua_worker_setup setup = {.is_program = true, .store = -1, .module = luaopen_bakeoff_core};
    bko_pool_worker worker = bko__lua_pool_worker;
    worker.user = &setup;
    return bko_pool_work(&worker, argv[argc - 1]);
}
