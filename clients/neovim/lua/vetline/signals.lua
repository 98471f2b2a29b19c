-- Tells the server that what comes into a buffer next is an assistant's (`vetline/accepted`).
-- An assistant is caught right before it inserts; what it inserts is seen by `on_bytes`, so the ranges are exact.

local api = vim.api
local server = require('vetline.server')

local M = {}

local QUIET = 20 -- milliseconds without a change until an insertion is over: some come in several changes
local PATIENCE = 1000 -- milliseconds until nothing is expected any more
local expecting = {} --- @type table<integer, table> by buffer

--- Move an offset as an edit moves it: `removed` bytes at `at` became `added` bytes.
local function moved(offset, at, removed, added)
  if offset <= at then
    return offset
  end
  return offset >= at + removed and offset + added - removed or at + added
end

--- Take an edit into account: a list of byte ranges, each from its first byte to behind its last.
local function spliced(ranges, at, removed, added)
  local behind = {}
  for _, range in ipairs(ranges) do
    local first, last = moved(range[1], at, removed, added), moved(range[2], at, removed, added)
    if first < last then
      table.insert(behind, { first, last })
    end
  end
  if added > 0 then
    table.insert(behind, { at, at + added })
  end
  table.sort(behind, function(one, other) return one[1] < other[1] end)
  local joined = {}
  for _, range in ipairs(behind) do
    local last = joined[#joined]
    if last and range[1] <= last[2] then
      last[2] = math.max(last[2], range[2])
    else
      table.insert(joined, range)
    end
  end
  return joined
end

--- @return integer, integer # the row and the column, from 0, of a byte of the buffer
local function place(buffer, offset)
  local low, high = 0, api.nvim_buf_line_count(buffer) - 1
  while low < high do
    local middle = math.ceil((low + high) / 2)
    if api.nvim_buf_get_offset(buffer, middle) <= offset then
      low = middle
    else
      high = middle - 1
    end
  end
  return low, offset - api.nvim_buf_get_offset(buffer, low)
end

local function position(buffer, offset, encoding)
  local row, column = place(buffer, offset)
  local line = api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] or ''
  if column > #line then -- behind the last line's end
    return { line = row + 1, character = 0 }
  end
  return { line = row, character = vim.str_utfindex(line, encoding, column, false) }
end

local function tell(buffer, tool, ranges)
  for _, client in ipairs(server.clients(buffer)) do
    client:notify('vetline/accepted', { -- which sends the pending changes first
      textDocument = { uri = vim.uri_from_bufnr(buffer), version = vim.lsp.util.buf_versions[buffer] },
      ranges = vim.tbl_map(function(range)
        return {
          start = position(buffer, range[1], client.offset_encoding),
          ['end'] = position(buffer, range[2], client.offset_encoding),
        }
      end, ranges),
      kind = 'completion',
      tool = tool,
    })
  end
end

local function expect(tool)
  local buffer = api.nvim_get_current_buf()
  local waiting = expecting[buffer]
  if waiting or #server.clients(buffer) == 0 then
    if waiting and #waiting.ranges == 0 then -- what was expected hasn't come
      waiting.tool = tool
    end
    return
  end
  local state = { tool = tool, ranges = {}, timer = assert(vim.uv.new_timer()) }
  expecting[buffer] = state
  local function finish()
    if expecting[buffer] ~= state then
      return
    end
    expecting[buffer] = nil
    state.timer:close()
    if #state.ranges > 0 and api.nvim_buf_is_loaded(buffer) then
      tell(buffer, state.tool, state.ranges)
    end
  end
  state.timer:start(PATIENCE, 0, vim.schedule_wrap(finish))
  api.nvim_buf_attach(buffer, false, {
    on_bytes = function(_, _, _, _, _, at, _, _, removed, _, _, added)
      if expecting[buffer] ~= state then
        return true -- and detach
      end
      state.ranges = spliced(state.ranges, at, removed, added)
      state.timer:start(QUIET, 0, vim.schedule_wrap(finish))
    end,
  })
end

--- Expect code of `tool` in the current buffer; whatever goes wrong here, the person gets that code.
--- @param tool string who brings it in, as people call it
function M.expect(tool)
  local ok, problem = pcall(expect, tool)
  if not ok then
    vim.schedule(function() vim.notify_once('Vetline: ' .. problem, vim.log.levels.WARN) end)
  end
end

return M
