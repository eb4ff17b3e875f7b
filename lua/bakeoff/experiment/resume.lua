--- Is the run to be continued still the same experiment? Measurements made under different conditions must
-- not be mixed.

local failure = require "bakeoff.base.failure"
local fields = require "bakeoff.experiment.fields"
local json = require "bakeoff.base.json"
local text = require "bakeoff.base.text"

local resume = {}

local function refuse(what, now, before)
   failure.usage("--resume: this run has %s %s, but the run in the folder has %s; repeat its options, or " ..
      "start anew without --resume", what, now, before)
end

local function check_options(now, before)
   now, before = now or {}, before or {}
   local names = {}
   for _, options in ipairs { now, before } do
      for name in pairs(options) do
         names[name] = true
      end
   end
   for _, name in ipairs(text.sorted_keys(names)) do
      if now[name] ~= before[name] then
         refuse("--" .. name:gsub("_", "-"), text.of_value(now[name]), text.of_value(before[name]))
      end
   end
end

local function without(recorded, names)
   local copy = {}
   for name, value in pairs(recorded) do
      copy[name] = not names[name] and value or nil
   end
   return copy
end

-- A recorded value in words, without the parts that a run can't choose.
local function said(field, recorded)
   if field.varies and type(recorded) == "table" then
      recorded = without(recorded, field.varies)
   end
   return field.say and field.say(recorded) or text.of_value(recorded)
end

-- The value as it would be read back from a manifest.
local function read_back(recorded)
   if recorded == nil then
      return nil
   end
   return json.decode(json.encode(recorded))
end

local function check_field(field, experiment, manifest)
   local now, before = read_back(fields.record(field, experiment)), manifest[field.manifest]
   local what = field.called or (field.option and "--" .. field.name) or field.name
   if field.resume == "same" and said(field, now) ~= said(field, before) then
      refuse(what, said(field, now), said(field, before))
   elseif field.resume == "grows" and now < before then
      refuse(what, said(field, now), said(field, before))
   end
end

--- experiment: the one to run; manifest: the folder's. Raises a usage failure that names the difference.
function resume.check(experiment, manifest)
   check_options(experiment.settings.options, manifest.options)
   for _, field in ipairs(fields.RECORDED) do
      check_field(field, experiment, manifest)
   end
end

return resume
