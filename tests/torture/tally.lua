--- Counts how the runs ended, per scenario and kind of call, and prints the table.

local control = require "control"

local tally = {}

local order, cells, totals = {}, {}, {}

local function new()
   return { sites = 0, calls = 0, injected = 0, errors = 0, successes = 0, libuv = 0, missed = 0, faults = 0 }
end

local function cell_of(scenario, kind)
   local key = scenario.name .. "\0" .. kind
   if not cells[key] then
      cells[key] = new()
      cells[key].name, cells[key].kind = scenario.name, kind
      order[#order + 1] = cells[key]
   end
   totals[kind] = totals[kind] or new()
   return cells[key], totals[kind]
end

local function add(scenario, kind, field, number)
   for _, sums in ipairs { cell_of(scenario, kind) } do
      sums[field] = sums[field] + number
   end
end

--- A site that a whole run came by.
function tally.count(scenario, site)
   add(scenario, site.kind, "sites", 1)
   add(scenario, site.kind, "calls", site.calls)
end

--- The end of one run. wrong: what is wrong with it, or nil; is_known: libuv ended the process itself.
function tally.add(fault, ended, wrong, is_known)
   local scenario, kind = fault.scenario, fault.site.kind
   add(scenario, kind, ended.fired > 0 and "injected" or "missed", 1)
   local field = is_known and "libuv" or wrong and "faults" or ended.code == 0 and "successes" or "errors"
   if ended.fired > 0 or wrong then
      add(scenario, kind, field, 1)
   end
end

local LINE = "%-18s %-7s %6s %8s %9s %7s %10s %7s %7s %7s"

local function print_row(name, kind, sums)
   print(LINE:format(name, kind, sums.sites, sums.calls, sums.injected, sums.errors, sums.successes,
      sums.libuv, sums.missed, sums.faults))
end

--- Prints the table. → number of faults
function tally.print()
   print(LINE:format("scenario", "kind", "sites", "calls", "injected", "errors", "successes", "libuv",
      "missed", "faults"))
   for _, cell in ipairs(order) do
      print_row(cell.name, cell.kind, cell)
   end
   local faults, injected = 0, 0
   for _, kind in ipairs(control.KINDS) do
      if totals[kind] then
         print_row("all", kind, totals[kind])
         faults, injected = faults + totals[kind].faults, injected + totals[kind].injected
      end
   end
   print(("%d failed calls injected, %d faults"):format(injected, faults))
   return faults
end

return tally
