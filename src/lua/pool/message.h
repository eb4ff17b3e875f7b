/*
 * What the owner of a pool and its workers send each other: the bytes of a task, of its answer and
 * of the greeting. Both ends come from the same build (see wire.h, whose V is a varint).
 *
 *   task       flags (1 byte), V number of the function, then
 *     with BKO__TASK_CARRIES   V size, the function's message
 *     without                  V offset in the store, V size there
 *     then a list of arguments (wire/list.h), or with BKO__TASK_CHUNK a chunk: V count, items
 *   answer     V bytes that the worker read from the store for it, then
 *     done     a list of results, or the items of a chunk
 *     failed   text: message and traceback
 *   item       a plain value (wire/plain.h); BKO__ITEM_MESSAGE, N size, a message of wire.h; in
 *              answers also BKO__ITEM_FAILED, V size, text. An answer that ends at its first failure may
 *              hold fewer items than the task asked for.
 *   greeting   package.path, package.cpath (each ended by a zero), V process and V descriptor of
 *              the store, V size and message of init, V size and message of shared (size 0: none)
 *
 * The store is a file in memory that the owner writes and every worker reads. It holds a function
 * from the function's second use until nothing needs it any more, so a worker that starts late
 * finds it as well.
 */
#ifndef BAKEOFF_LUA_POOL_MESSAGE_H
#define BAKEOFF_LUA_POOL_MESSAGE_H

enum {
    BKO__TASK_CHUNK = 1,
    BKO__TASK_CARRIES = 2,
    BKO__TASK_GOES_ON = 4 /* an item that fails does not end the chunk */
};

/* In addition to the tags of wire/private.h. */
enum { BKO__ITEM_MESSAGE = 0xB3, BKO__ITEM_FAILED = 0xB4 };

#endif
