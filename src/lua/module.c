/* The module table: every part adds its functions. */
#include "lua/module.h"

#include "lua/base/state.h"
#include "lua/fetch/checks.h"
#include "lua/fetch/form.h"
#include "lua/jobs/jobs.h"
#include "lua/labels/labels.h"
#include "lua/loop/loop.h"
#include "lua/pool/pool.h"
#include "lua/pool/shared.h"
#include "lua/rows/rows.h"

static void (*const parts[])(lua_State *) = {
    bko__lua_base,        bko__lua_wire,        bko__lua_files,     bko__lua_fetch,
    bko__lua_jobs_part,   bko__lua_contender,   bko__lua_job_loop,  bko__lua_job_rows,
    bko__lua_loop_part,   bko__lua_trial,       bko__lua_server,    bko__lua_probe,
    bko__lua_environment, bko__lua_sampler,     bko__lua_command,   bko__lua_shared,
    bko__lua_pool_part,   bko__lua_work,        bko__lua_process,   bko__lua_program,
    bko__lua_stats,       bko__lua_json,        bko__lua_interrupt, bko__lua_folder_lock,
    bko__lua_locale,      bko__lua_markdown,    bko__lua_output,    bko__lua_confine,
    bko__lua_checks,      bko__lua_form,        bko__lua_counters,  bko__lua_reach,
    bko__lua_labels,      bko__lua_number_rows, bko__lua_drawings,  bko__lua_label_grid,
};

int luaopen_bakeoff_core(lua_State *L) {
    bko__lua_note_module(L, luaopen_bakeoff_core);
    lua_newtable(L);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        parts[i](L);
    }
    return 1;
}
