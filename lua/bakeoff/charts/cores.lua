--- Cores: how many each contender kept busy from start to end, whole process trees, programs of other
-- ecosystems among them. It tells who computes in parallel and who only takes turns. Of a program's workers
-- only the sum is known; what each of them had is shown where it was measured.
--
-- Drawn only when asked for (--only cores, or `also` of results:report): most runs are about waiting.

local bars = require "bakeoff.plotting.bars"
local cell_type = require "bakeoff.model.cell"
local numbers = require "bakeoff.base.numbers"
local page = require "bakeoff.plotting.page"
local select = require "bakeoff.model.select"
local shares = require "bakeoff.charts.shares"

local cores = { name = "cores" }

local METRIC = "cores_used"
local ONE = 1.1 -- cores: what the sampler's and the runtime's own threads add to one is no second core
local MOST_NAMED = 3

-- --- finding --------------------------------------------------------------------------------------

local function empty_group() return { names = {}, cells = {}, least = math.huge, most = 0 } end

-- Who surely has more than one core, who surely not, of whom the interval doesn't say.
local function sorted(results, cells)
   local groups = { parallel = empty_group(), one = empty_group(), unsure = empty_group() }
   local known = 0
   for _, cell in ipairs(cells) do
      local summary = results:summary_of(cell)[METRIC]
      if summary then
         local low, high = summary.low, summary.high
         local group = groups[low and low > ONE and "parallel" or high and high <= ONE and "one" or "unsure"]
         group.names[#group.names + 1], group.cells[#group.cells + 1] = cell_type.name_of(cell), cell
         group.least = math.min(group.least, summary.median)
         group.most = math.max(group.most, summary.median)
         known = known + (low and 1 or 0)
      end
   end
   return groups, known
end

local function digits(value) return ("%.1f"):format(value) end

local function range(group)
   local least, most = digits(group.least), digits(group.most)
   return least == most and most or least .. " to " .. most
end

local function names_of(group, all)
   if #group.names <= MOST_NAMED then
      return numbers.list(group.names)
   end
   return ("%d of %d"):format(#group.names, all)
end

-- Do these take a singular verb?
local function is_single(group)
   if #group.cells ~= 1 then
      return false
   end
   local _, many = cell_type.subject(group.cells[1])
   return not many
end

local function capital(words) return (words:gsub("^%l", string.upper)) end

local function parallel_phrase(group, all)
   return ("%s %s %s cores busy"):format(names_of(group, all), is_single(group) and "keeps" or "keep",
      range(group))
end

local function one_phrase(group, all, rest)
   local who = (rest and #group.names > 1 and "the others") or names_of(group, all)
   return ("%s %s no more than one core"):format(who, is_single(group) and "has" or "have")
end

--- One sentence: who computes on more than one core. Only what the intervals show is claimed.
function cores.title(results, options)
   local cells = select.at_one_count(results, options and options.workers)
   local groups, known = sorted(results, cells)
   local parallel, one, unsure = groups.parallel, groups.one, groups.unsure
   local all = #parallel.names + #one.names + #unsure.names
   if all == 0 then
      return "No trial tells the cores in use"
   elseif known == 0 then
      return ("Too few repeats for a verdict: %s in use"):format(
         range(unsure) == "1.0" and "1.0 core" or range(unsure) .. " cores")
   end
   local parts = {}
   if #parallel.names > 0 then
      parts[1] = parallel_phrase(parallel, all)
   end
   if #one.names > 0 then
      parts[#parts + 1] = one_phrase(one, all, #parallel.names > 0 and #unsure.names == 0)
   end
   if #unsure.names > 0 then
      parts[#parts + 1] = ("%s: not clear (%s)"):format(names_of(unsure, all), range(unsure))
   end
   return capital(table.concat(parts, "; "))
end

-- --- rows -----------------------------------------------------------------------------------------

local function percent(share) return ("%.0f %%"):format(share * 100) end

-- Of a program with several workers: what each has if they share evenly.
local function note_of_program(results, cell)
   local model, summary = cell_type.model_of(cell), results:summary_of(cell)[METRIC]
   if cell.untold or cell.workers < 2 or not (model == "threads" or model == "processes") then
      return ""
   end
   return ("÷ %d %s: %s each"):format(cell.workers, model, percent(summary.median / cell.workers))
end

local function note(results)
   return function(row)
      local cell = row.cell
      if cell.contender == "command" then
         return note_of_program(results, cell)
      end
      local told = shares.of(results, cell)
      if not told or #told.share < 2 then
         return ""
      end
      local least, most = percent(told.share[#told.share]), percent(told.share[1])
      return ("%d measured: %s each"):format(#told.share,
         least == most and most or (least:gsub(" %%", "")) .. "–" .. most)
   end
end

-- Most cores on top; those without a figure stay last.
local function rows_of(results, cells)
   local rows = bars.rows(results, cells, METRIC)
   table.sort(rows, function(a, b)
      local x, y = a.summary and a.summary.median or -1, b.summary and b.summary.median or -1
      return x > y or (x == y and a.order < b.order)
   end)
   return rows
end

--- Data and variables of the chart, or nil, reason, "aside".
function cores.build(results, options)
   local cells, workers = select.at_one_count(results, options.workers)
   local title = cores.title(results, options)
   if title:find("^No trial") then
      return nil, "no trial tells the cores in use", "aside"
   end
   return bars.build(results, {
      name = cores.name, metric = METRIC, kind = "count", rows = rows_of(results, cells),
      axis = "cores in use, from start to end", title = title, note = note(results),
      subtitle = {
         page.job(results), page.workers(cells, workers), page.repeats(results, cells),
         "of the whole process tree", page.warning(results) or false,
      },
   }, options)
end

return cores
