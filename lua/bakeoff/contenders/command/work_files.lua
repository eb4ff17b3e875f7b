--- Files that commands read and folders that they write to, in a folder that belongs to the run: created on
-- first use, removed when the run ends. A to-be-closed value.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"

local work_files = {}
work_files.__index = work_files

-- Other users must not read the URLs, which may contain passwords.
local OWNER_ONLY = 448 -- 0700

local function must(ok, message)
   if not ok then
      failure.trial("%s", message)
   end
   return ok
end

--- `path` is the folder's future place. Removes what an earlier run left there if it was killed.
function work_files.new(path)
   core.remove_tree(path)
   return setmetatable({ path = path, lists = {} }, work_files)
end

local function folder(self)
   if not self.absolute then
      must(core.mkdirs(self.path, OWNER_ONLY))
      self.absolute = must(core.absolute(self.path))
   end
   return self.absolute
end

--- The path of a file with one entry of the list per line.
function work_files:list(name, list)
   if not self.lists[name] then
      local path = folder(self) .. "/" .. name .. ".txt"
      local lines = {}
      for i, item in ipairs(list) do
         lines[i] = tostring(item)
      end
      lines[#lines + 1] = ""
      must(files.write(path, table.concat(lines, "\n"), "private"))
      self.lists[name] = path
   end
   return self.lists[name]
end

local AT_ONCE = 65536

local held -- the standard input of this process, which can be read only once, as an open file

--- The path of a file with the standard input of this process. Reads it on the first call: make that one
-- while Ctrl-C still ends the process.
function work_files:input()
   if not self.input_path then
      local path = folder(self) .. "/input"
      local file <close> = must(files.writer(path, "private"))
      for bytes in (held or io.stdin):lines(AT_ONCE) do
         file:write(bytes)
      end
      must(file:commit())
      self.input_path, held = path, must(io.open(path, "rb")) -- it can be read when it has been removed
   end
   return self.input_path
end

--- The path of an empty folder.
function work_files:out()
   local path = folder(self) .. "/out"
   must(core.remove_tree(path))
   must(core.mkdirs(path))
   return path
end

--- Removes the last trial's output.
function work_files:clear_out() core.remove_tree(folder(self) .. "/out") end

function work_files:remove() core.remove_tree(self.path) end

work_files.__close = work_files.remove

return work_files
