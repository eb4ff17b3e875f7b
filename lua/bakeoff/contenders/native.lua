--- Contenders whose three steps are in C (src/contender/): the hot path never enters Lua.

local core = require "bakeoff.core"

--- A contender that runs the native one called `name`; `facts` are the optional fields that init.lua lists.
return function(name, facts)
   local contender = { name = name }
   for key, value in pairs(facts or {}) do
      contender[key] = value
   end

   function contender.setup(jobs, workers, _, options)
      return core.native_setup(name, jobs, workers, options and options.gil)
   end

   function contender.work(state) return state:work() end

   function contender.teardown(state) state:teardown() end

   return contender
end
