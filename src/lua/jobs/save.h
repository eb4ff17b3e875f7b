/* Files that a task saves. */
#ifndef BAKEOFF_LUA_JOBS_SAVE_H
#define BAKEOFF_LUA_JOBS_SAVE_H

#include <lua.h>

/* Stores the text at `data` in `folder` under the name at `name`, completely or not at all. A name
 * that is not a safe file name is changed like that of a URL. → the file's name, or nil, message,
 * code. Raises if name or data is not a string, or if `folder` is NULL. */
int bko__lua_save(lua_State *L, const char *folder, int name, int data);

#endif
