--- What programs print in an experiment, a text per trial. It is kept in the run folder (answers/), so a
-- frozen run has it, too.
--
--    local told = answers.new "tools"
--    local results = bake.experiment { name = "tools", contenders = { told:keep(entry, "wrk") } … }:run()
--    told:collect(results)
--    for _, text in ipairs(told:of(results, "wrk")) do … end

local bake = require "bakeoff"

local answers = {}
answers.__index = answers

--- experiment: its name.
function answers.new(experiment)
   local folder = ("%s/%s_answers"):format(bake.settings().out, experiment)
   return setmetatable({ folder = folder, names = {} }, answers)
end

--- The contender's entry, which now keeps what the program prints. name: of the files.
function answers:keep(entry, name)
   self.names[#self.names + 1] = name
   entry.prepare = { "mkdir", "-p", self.folder }
   entry.stdout = ("%s/%s.{repeat}.txt"):format(self.folder, name)
   return entry
end

local function file_of(folder, name, trial) return ("%s/%s.%d.txt"):format(folder, name, trial) end

local function trials_of(results) return math.tointeger(results.manifest.repeats) end

--- Moves what was printed into the run folder. Does nothing if the run is an earlier one.
function answers:collect(results)
   if bake.files.kind(self.folder) ~= "folder" then
      return
   end
   local kept = results.dir .. "/answers"
   assert(bake.files.make_folder(kept))
   for _, name in ipairs(self.names) do
      for trial = 1, trials_of(results) do
         local text = bake.files.read(file_of(self.folder, name, trial))
         if text then
            assert(bake.files.write(file_of(kept, name, trial), text))
         end
      end
   end
   bake.files.remove(self.folder)
end

--- The texts of a program in the order of its trials.
function answers.of(_, results, name)
   local list = {}
   for trial = 1, trials_of(results) do
      list[#list + 1] = bake.files.read(file_of(results.dir .. "/answers", name, trial))
   end
   return list
end

--- The median of what read(text) finds in the texts of a program; nil if it finds nothing.
function answers:median(results, name, read)
   local list = {}
   for _, text in ipairs(self:of(results, name)) do
      list[#list + 1] = read(text)
   end
   table.sort(list)
   local middle = #list // 2
   return #list % 2 == 1 and list[middle + 1] or #list > 0 and (list[middle] + list[middle + 1]) / 2 or nil
end

return answers
