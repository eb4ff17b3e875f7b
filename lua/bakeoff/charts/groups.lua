--- Groups: several experiments side by side, one group of bars each; every bar is labelled with its
-- comparison with the same contender in the reference group. Groups that are named by numbers are lines
-- instead (groups_lines.lua).
--
-- given: { groups = { { name =, results = } … }, reference = number of a group (default the last one),
--    title = (default: the finding), job =, workers = (the count to show; default as in other charts) }

local bars = require "bakeoff.plotting.bars"
local comparison = require "bakeoff.analysis.wording.comparison"
local groups_lines = require "bakeoff.charts.groups_lines"
local groups_words = require "bakeoff.analysis.wording.groups"
local fingerprint = require "bakeoff.base.fingerprint"
local page_words = require "bakeoff.analysis.wording.page"
local metrics = require "bakeoff.model.metrics"
local scanned = require "bakeoff.analysis.scanned"
local select = require "bakeoff.model.select"
local two_runs = require "bakeoff.analysis.two_runs"
local verdict = require "bakeoff.model.verdict"

local groups = { name = "groups" }

local METRIC = "total_s"

local function reference_of(given) return given.groups[given.reference or #given.groups] end

local function cells_of(given, group) return select.at_one_count(group.results, given.workers) end

-- The matching cell of the reference group.
local function counterpart(given, cell)
   for _, other in ipairs((cells_of(given, reference_of(given)))) do
      if other.label == cell.label then
         return other
      end
   end
end

-- Adds the comparisons of a group's cells with the reference group to `of`. Cells that both runs have at the
-- same worker count are compared as `bakeoff compare` does, all of them together; if the groups show
-- different counts, the pairs on the chart are a family of their own.
local function add_verdicts(of, given, group)
   local metric, noise = metrics.check(METRIC, "chart"), two_runs.NOISE
   local known, others = two_runs.figures(reference_of(given).results, group.results, metric, noise), {}
   for _, cell in ipairs((cells_of(given, group))) do
      local other = counterpart(given, cell)
      if other and other.workers == cell.workers then
         of[cell] = known[cell]
      elseif other then
         of[cell] = two_runs.figure(metric, other, cell, noise)
         others[#others + 1] = of[cell]
      end
   end
   two_runs.judge(others, metric, noise)
end

--- cell → its comparison with the counterpart in the reference group (analysis/two_runs.lua), for all cells
-- of the chart that have one. The groups ran one after the other, so the comparison includes any drift of the
-- machine.
function groups.verdicts(given)
   local of = {}
   for _, group in ipairs(given.groups) do
      if group ~= reference_of(given) then
         add_verdicts(of, given, group)
      end
   end
   return of
end

local function rows_of(given)
   local rows, headings = {}, { text = {}, at = {} }
   for _, group in ipairs(given.groups) do
      rows[#rows + 1] = { heading = group.name, name = "", values = {}, failed = 0, trials = 0 }
      headings.text[#headings.text + 1], headings.at[#headings.at + 1] = group.name, #rows
      for _, cell in ipairs((cells_of(given, group))) do
         local row = bars.row(group.results, cell, METRIC)
         row.is_reference = group == reference_of(given)
         rows[#rows + 1] = row
      end
   end
   return rows, headings
end

-- A group against the reference: the number of cells for each verdict, and the least and the greatest ratio
-- among the differences that are shown.
local function ratios_of(given, group, versus_of)
   local found = { name = group.name, least = math.huge, most = 0, count = 0, verdicts = {} }
   for _, cell in ipairs((cells_of(given, group))) do
      local one = versus_of[cell]
      if one and one.ratio then
         found.count, found.margin = found.count + 1, one.margin
         found.verdicts[one.verdict] = (found.verdicts[one.verdict] or 0) + 1
         local shown = verdict.is_difference(one.verdict)
         found.least = shown and math.min(found.least, one.ratio) or found.least
         found.most = shown and math.max(found.most, one.ratio) or found.most
      end
   end
   return found
end

local function title_of(given, versus_of)
   local list, reference = {}, reference_of(given)
   for _, group in ipairs(given.groups) do
      local found = group ~= reference and ratios_of(given, group, versus_of)
      list[#list + 1] = found and found.count > 0 and found or nil
   end
   return groups_words.sentence(reference.name, list)
end

--- The finding: each group against the reference.
function groups.title(given) return title_of(given, groups.verdicts(given)) end

-- A substitute for results that covers all groups, for the texts of the page.
local function together(given)
   local hashes, owner, warned = {}, {}, 0
   for index, group in ipairs(given.groups) do
      page_words.foot(group.results)
      hashes[index] = group.results.hash
      warned = warned + #group.results:audit()
      for _, cell in ipairs(group.results.cells) do
         owner[cell] = group.results
      end
   end
   local first = given.groups[1].results
   return { manifest = first.manifest, seed = first.seed, looks = first.looks, warned = warned,
      hash = fingerprint.of(table.concat(hashes)), owner = owner,
      summary_of = function(self, cell) return self.owner[cell]:summary_of(cell) end,
      look_of = function(self, cell) return self.owner[cell].looks[cell.label] end }
end

-- The job in words, with its conditions if they are the same in all groups.
local function job_of(given)
   local first = given.groups[1].results
   for _, group in ipairs(given.groups) do
      if page_words.job(group.results) ~= page_words.job(first) then
         return first.manifest.job or ""
      end
   end
   return page_words.job(first)
end

local function all_cells(given)
   local cells, workers = {}, nil
   for _, group in ipairs(given.groups) do
      local some, count = cells_of(given, group)
      table.move(some, 1, #some, #cells + 1, cells)
      workers = count or workers
   end
   return cells, workers
end

local function subtitle_of(given, all)
   local cells, workers = all_cells(given)
   return { given.job or job_of(given), page_words.workers(cells, workers), page_words.repeats(all, cells),
      ("compared with the same under “%s”"):format(reference_of(given).name),
      #given.groups > 1 and "groups ran one after the other" }
end

-- Lines over the numbers in the groups' names; nil unless they are numbers, and trials succeeded.
local function lines_of(given, all, title, options)
   local names, cells = {}, {}
   for index, group in ipairs(given.groups) do
      names[index], cells[index] = group.name, cells_of(given, group)
   end
   local x = scanned.of_names(names)
   return x and groups_lines.draw(all, cells, x, { name = groups.name, title = title,
      subtitle = subtitle_of(given, all) }, options)
end

--- given as above; options: size. → built, or nil, reason.
function groups.build(given, options)
   local rows, headings = rows_of(given)
   if #rows == #given.groups then
      return nil, "there are no trials to show"
   end
   local all, versus_of = together(given), groups.verdicts(given)
   local title = given.title or title_of(given, versus_of)
   local function note(row)
      local one = not row.is_reference and versus_of[row.cell]
      return one and comparison.note(one) or ""
   end
   return lines_of(given, all, title, options) or bars.build(all, {
      name = groups.name, metric = METRIC, kind = "time", axis = "total time", rows = rows, note = note,
      row_height = 2.1, title = title, subtitle = subtitle_of(given, all),
      vars = { { "heading_text", headings.text }, { "heading_at", headings.at } },
   }, options)
end

return groups
