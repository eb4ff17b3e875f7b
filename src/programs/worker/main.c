/*
 * The worker program: one process of a pool with start = "spawn". The pool starts it and tells it where
 * to find work; it is of no use by hand.
 */
#include <stdio.h>

#include "lua/pool/worker.h"

int main(int argc, char **argv) {
    if (argc < 2) {
        fputs("bakeoff worker: started by pools of bakeoff (start = \"spawn\"), not by hand\n",
              stderr);
        return 2;
    }
    return bko_pool_work(&bko__lua_pool_worker, argv[argc - 1]);
}
