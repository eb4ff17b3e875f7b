--- Weaves a notebook again whenever its file is saved, and shows its page to browsers on this machine.
--
-- Each weaving is a process of its own: a notebook may change anything in its process, and trials fork only
-- from a process without threads and loops.

local core = require "bakeoff.core"
local failure = require "bakeoff.base.failure"
local files = require "bakeoff.base.files"
local library = require "bakeoff.base.library"
local server = require "bakeoff.notebook.watch.server"

local watch = {}

local methods = {}
local meta = { __index = methods }

local QUIET_MS = 30 -- after the last change: editors write a file in several steps

local luv -- loaded once: opened again, it crashes

--- The library luv. Raises (usage) if it isn't installed.
function watch.luv()
   local ok, found = true, luv or package.loaded.luv
   if not found then
      ok, found = pcall(library.load, "luv")
   end
   if not ok then
      failure.usage("notebook watch needs the Lua library luv; install it (Debian: apt install lua-luv)")
   end
   luv = found
   return luv
end

local weave -- below

local function on_exit(self, code, signal)
   self.child:close()
   self.child = nil
   self.server:tell("woven", ("%d"):format(signal > 0 and signal or code))
   if self.is_stopping then
      self:stop()
   else
      weave(self) -- saved in the meantime?
   end
end

-- Starts the weaving, unless the content was woven already or a weaving runs.
function weave(self)
   local content = not self.child and not self.is_stopping and files.read(self.path)
   if not content or content == self.woven then
      return
   end
   self.woven = content
   self.server:tell("weaving", "")
   local child, message = self.uv.spawn(self.argv[1], { args = table.move(self.argv, 2, #self.argv, 1, {}),
      stdio = { nil, 1, 2 }, detached = true }, function(code, signal) on_exit(self, code, signal) end)
   if not child then
      failure.trial("%s: %s", self.argv[1], message)
   end
   self.child = child
end

-- The folder is watched, since editors put a new file in the old one's place. A link's file may be in another
-- folder.
local function watch_folder(self)
   local path = core.absolute(self.path) or self.path
   local folder, name = path:match "^(.*/)([^/]*)$"
   self.events, self.timer = self.uv.new_fs_event(), self.uv.new_timer()
   local ok, message = self.events:start(folder or ".", {}, function(_, changed)
      if not changed or changed == (name or path) then
         self.timer:start(QUIET_MS, 0, function() weave(self) end)
      end
   end)
   if not ok then
      failure.trial("%s: %s", folder or ".", message)
   end
end

--- Starts watching. options: path (of the notebook), page and files (what weaving writes: a file, a folder),
-- argv (the command that weaves), port (0 picks a free one). → watcher, whose loop is watcher.uv's. Raises
-- (usage) without luv, and if the port can't be used.
function watch.start(options)
   local uv = watch.luv()
   local self = setmetatable({ uv = uv, path = options.path, argv = options.argv, signals = {} }, meta)
   self.server = server.start(uv, options.port, { title = options.path:match "[^/]*$", page = options.page,
      files = options.files })
   watch_folder(self)
   weave(self)
   return self
end

function methods:url() return ("http://127.0.0.1:%d/"):format(self.server:port()) end

--- Ends it: at once, or when the weaving that runs has been interrupted.
function methods:stop()
   if self.child then
      self.is_stopping = true
      self.child:kill "sigint"
      return
   end
   for _, handle in ipairs { self.events, self.timer, table.unpack(self.signals) } do
      if not handle:is_closing() then
         handle:close()
      end
   end
   self.server:stop()
end

local function stop_on(self, signal)
   local handle = self.uv.new_signal()
   handle:start(signal, function() self:stop() end)
   return handle
end

--- Watches until Ctrl-C, or until the terminal is closed; calls announce(url) once. → 0, the exit code
function watch.run(options, announce)
   local self = watch.start(options)
   for index, signal in ipairs { "sigint", "sigterm", "sighup" } do
      self.signals[index] = stop_on(self, signal)
   end
   announce(self:url())
   self.uv.run()
   return 0
end

return watch
