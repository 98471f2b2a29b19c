-- The server's process: started again after a crash, and when somebody asks for it.

local M = {}

local MOST, WITHIN = 3, 180 -- crashes, and the seconds in which they count
local STEP, PATIENCE = 50, 3000 -- milliseconds
local crashes = {}

--- Say something to the person.
--- @param text string
--- @param level? integer
function M.say(text, level)
  vim.notify('Vetline: ' .. text, level or vim.log.levels.INFO)
end

--- @param buffer? integer
--- @return vim.lsp.Client[] # that run, for all buffers if none is named
function M.clients(buffer)
  return vim.lsp.get_clients({ name = 'vetline', bufnr = buffer })
end

--- The program that is the server, or nil if it isn't there, which the person is told.
--- @return string?
function M.program()
  local command = vim.lsp.config.vetline.cmd
  local program = type(command) == 'table' and command[1] or 'vetline'
  if vim.fn.executable(program) == 1 then
    return program
  end
  M.say(('`%s` is not on the PATH of Neovim; `:checkhealth vetline` says what to do'):format(program), vim.log.levels.WARN)
end

local function crashed()
  if vim.v.exiting ~= vim.NIL or not vim.lsp.is_enabled('vetline') then
    return
  end
  local now = os.time()
  crashes = vim.tbl_filter(function(time) return now - time < WITHIN end, crashes)
  table.insert(crashes, now)
  if #crashes >= MOST then
    M.say(('the server ended %d times; `:Vetline restart` tries again'):format(#crashes), vim.log.levels.ERROR)
  else
    vim.defer_fn(function() vim.lsp.enable('vetline') end, 1000 * #crashes)
  end
end

--- Start the server again, later each time, unless it ended as it should.
--- @param code integer
--- @param signal integer
function M.on_exit(code, signal)
  if code ~= 0 or signal ~= 0 then
    vim.schedule(crashed)
  end
end

--- End the server, and start it when it is gone.
function M.restart()
  crashes = {}
  vim.lsp.enable('vetline', false)
  local waited = 0
  local function again()
    local left = M.clients()
    if #left == 0 then
      vim.lsp.enable('vetline')
      return
    end
    waited = waited + STEP
    if waited == PATIENCE then
      vim.iter(left):each(function(client) client:stop(true) end)
    end
    vim.defer_fn(again, STEP)
  end
  again()
end

return M
