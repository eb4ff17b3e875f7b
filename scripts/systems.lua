-- Does every system of the published comparisons run here, as a native contender and as the real program?
-- Each runs on a tiny job. A table shows what ran, how long it took, what failed and what isn't installed.
--
--    bakeoff run scripts/systems.lua
--    bakeoff run scripts/systems.lua --only C,D --repeats 5
--
-- A and B download pages and ticket prices, C and D add up numbers (natively in Lua); C also fetches. Don't
-- compare the times: with so little work they are mostly start-up. The exit code is 1 if a system failed. A
-- program that isn't installed doesn't count as failed: the table names its package. systems.md keeps it.

local bake = require "bakeoff"
local figures = require "published.figures"
local peers = require "peers"
local programs = require "completion.programs"
local systems = require "completion.systems"

local opt = bake.options {
   only = { "A,B,C,D", "comparisons to run" },
   urls = { 6, "pages to fetch" },
   n = { 100000, "each sum adds up the numbers from 0 to n" },
}

local wanted = {}
for name in opt.only:gmatch("[^,%s]+") do
   wanted[name] = figures[name] and true
      or bake.fail("--only: there is no comparison '%s'; write for example A,C", name)
end

local add_up = systems.add_up
local pages <close> = bake.server { body = "page" }
local tickets <close> = bake.server { body = "tickets" }
local out = bake.settings().out .. "/systems"

-- --- one experiment per comparison ----------------------------------------------------------------

local LOCKED = { "threads", gil = true, label = "threads (one interpreter)" }
local OFFLOADING = { "hybrid", offload = "processes", label = "hybrid (processes)" }

-- system → the native contender with the same structure
local NATIVE = {
   A1 = "sequential", A2 = "threads", A3 = "processes", A4 = "processes", A5 = "eventloop",
   B1 = "sequential", B2 = "threads", B3 = "coroutines", B4 = "eventloop",
   C5 = OFFLOADING,
   D1 = LOCKED, D2 = "processes", D3 = "coroutines",
}

local function sums()
   local list = {}
   for index = 1, 4 do
      list[index] = opt.n + index
   end
   return list
end

local function compute_or_fetch(ctx, item)
   if math.type(item) == "integer" then
      return ctx:offload(add_up, item)
   end
   return #assert(ctx:fetch(item)).body
end

local function decode(response) return #require("cjson").decode(response.body).prices end

local JOBS = {
   A = function() return { urls = pages:urls("/page?number=%d", opt.urls), save = out .. "/saved" } end,
   B = function() return { urls = tickets:urls("/tickets?day=%d", opt.urls), process = decode } end,
   C = function()
      local items = sums()
      items[#items + 1] = pages:url "/page?number=1"
      return { items = items, task = compute_or_fetch, server = pages }
   end,
   D = function() return { items = sums(), task = function(_, n) return add_up(n) end } end,
}

local function label_of(entry) return type(entry) == "table" and entry.label or entry end

-- Returns the contenders of a comparison, each once, and: system → labels of both sides.
local function contenders_of(comparison)
   local list, has, sides = {}, {}, {}
   local function add(id, side, entry)
      local label = label_of(entry)
      table.insert(sides[id][side], label)
      if not has[label] then
         has[label], list[#list + 1] = true, entry
      end
   end
   for _, system in ipairs(figures[comparison].systems) do
      sides[system.id] = { native = {}, real = {} }
      if comparison == "C" then
         add(system.id, "native", programs.native(tonumber(system.id:match("%d"))))
      end
      if NATIVE[system.id] then
         add(system.id, "native", NATIVE[system.id])
      end
      for _, peer in ipairs(peers.of(system.id)) do
         add(system.id, "real", peers.get(peer.name))
      end
   end
   return list, sides
end

local function run(comparison)
   local fields, contenders, sides = JOBS[comparison](), contenders_of(comparison)
   fields.name, fields.contenders = "systems_" .. comparison, contenders
   fields.workers, fields.repeats, fields.warmup = { 2 }, 1, 0
   local results = bake.experiment(fields):run()
   results:report { charts = false, print = function() end }
   return results, sides
end

-- --- the table ------------------------------------------------------------------------------------

local function absent(results, label)
   for _, one in ipairs(results.manifest.not_run) do
      if one.label == label then
         return ("not installed (%s)"):format(one.package or one.reason)
      end
   end
   return "left out"
end

local function state_of(results, label)
   local cell = results:cell(label)
   if not cell then
      return absent(results, label)
   end
   local summary = results:summary_of(cell)
   if summary.failed_trials > 0 then
      return "FAILED: " .. tostring(summary.reasons[1])
   end
   return "ok, " .. bake.format.time(summary.total_s.median)
end

local rows = {}

local function add_rows(comparison)
   local results, sides = run(comparison)
   for _, system in ipairs(figures[comparison].systems) do
      local native, real = sides[system.id].native, sides[system.id].real
      for index = 1, math.max(#native, #real) do
         rows[#rows + 1] = {
            index == 1 and system.id or "", index == 1 and system.construct or "",
            native[index] or "", native[index] and state_of(results, native[index]) or "",
            real[index] or "", real[index] and state_of(results, real[index]) or "",
         }
      end
   end
end

for _, comparison in ipairs { "A", "B", "C", "D" } do
   if wanted[comparison] then
      add_rows(comparison)
   end
end

local columns = {
   { title = "system" }, { title = "construct" }, { title = "native" }, { title = "ran?" },
   { title = "real program" }, { title = "ran?" },
}
print(bake.format.table(columns, rows))
bake.files.remove(out .. "/saved")
assert(bake.files.make_folder(out))
assert(bake.files.write(out .. "/systems.md", bake.format.table(columns, rows, { markdown = true }) .. "\n"))
print(("wrote:\n  %s/systems.md"):format(out))
