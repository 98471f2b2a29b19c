-- The code in each buffer that has come in and nobody has reviewed: where it is, and what was found in it.
-- Extmarks follow it through edits, undo and redo; the server says when something else has changed.

local api = vim.api
local words = require('vetline.words')

local M = {}

local namespace = api.nvim_create_namespace('vetline')
local held = {} --- @type table<integer, table<string, vetline.Held>> by buffer, and by the acceptance's id
local unloaded = {} --- @type table<integer, integer> by buffer, the last version before its text was read anew

--- @class vetline.Held
--- @field acceptance table As the server describes it (docs/protocol.md)
--- @field count integer How many findings there are in it
--- @field marks integer[] Extmarks, one for each range

function M.setup()
  local links = { Unreviewed = 'DiagnosticSignInfo', Risky = 'DiagnosticSignWarn', Text = 'DiagnosticVirtualTextWarn' }
  for name, link in pairs(links) do
    api.nvim_set_hl(0, 'Vetline' .. name, { link = link, default = true })
  end
  local group = api.nvim_create_augroup('vetline.marks', {})
  api.nvim_create_autocmd('LspAttach', {
    group = group,
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'vetline' then
        M.ask(client, event.buf)
      end
    end,
  })
  api.nvim_create_autocmd('LspDetach', {
    group = group,
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == 'vetline' then
        M.clear(event.buf)
      end
    end,
  })
  api.nvim_create_autocmd('BufUnload', {
    group = group,
    callback = function(event)
      if held[event.buf] then
        M.clear(event.buf)
      end
      unloaded[event.buf] = api.nvim_buf_get_changedtick(event.buf)
    end,
  })
  api.nvim_create_autocmd('BufWipeout', { group = group, callback = function(event) unloaded[event.buf] = nil end })
end

--- @param buffer integer
function M.clear(buffer)
  held[buffer] = nil
  if api.nvim_buf_is_valid(buffer) then
    api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  end
end

--- Ask what there is already; a server that can't tell says so, and nothing is marked until it has a verdict.
--- @param client vim.lsp.Client
--- @param buffer integer
function M.ask(client, buffer)
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) } }
  client:request('vetline/acceptances', params, function(_, listed, context)
    if listed then
      M.on_acceptances(nil, listed, context)
    end
  end, buffer)
end

local function place(buffer, position, encoding)
  local line = api.nvim_buf_get_lines(buffer, position.line, position.line + 1, false)[1] or ''
  return position.line, vim.str_byteindex(line, encoding, position.character, false)
end

local function drop(buffer, id)
  local entry = (held[buffer] or {})[id]
  for _, mark in ipairs(entry and entry.marks or {}) do
    api.nvim_buf_del_extmark(buffer, namespace, mark)
  end
  if entry then
    held[buffer][id] = nil
  end
end

--- Where the parts of an acceptance are now: rows and columns from 0; one that is deleted is left out.
local function places(buffer, entry)
  return vim
    .iter(entry.marks)
    :map(function(mark)
      local row, column, details = unpack(api.nvim_buf_get_extmark_by_id(buffer, namespace, mark, { details = true }))
      local is_empty = row and row == details.end_row and column == details.end_col
      if row and not is_empty and not details.invalid then
        return { row = row, column = column, end_row = details.end_row, end_column = details.end_col }
      end
    end)
    :totable()
end

local function draw(buffer, entry, ranges)
  local options = require('vetline').options
  local risky = entry.count > 0
  local marks = {}
  for index, range in ipairs(ranges) do
    local text = ('■ %s, %s'):format(words.findings(entry.count), words.origin(entry.acceptance))
    table.insert(marks, api.nvim_buf_set_extmark(buffer, namespace, range.row, range.column, {
      id = entry.marks[index],
      end_row = range.end_row,
      end_col = range.end_column,
      strict = false,
      invalidate = true,
      sign_text = options.signs and (risky and options.signs.risky or options.signs.unreviewed) or nil,
      sign_hl_group = risky and 'VetlineRisky' or 'VetlineUnreviewed',
      virt_text = index == 1 and risky and options.virtual_text and { { text, 'VetlineText' } } or nil,
      priority = risky and 9 or 8, -- below signs of diagnostics
    }))
  end
  entry.marks = marks
end

local function hold(buffer, listed, encoding, is_current)
  local acceptance = listed.acceptance
  local before = (held[buffer] or {})[acceptance.id]
  local moved = before and not is_current and places(buffer, before) -- what the server says is about an older text
  drop(buffer, acceptance.id)
  if acceptance.reviewed or #listed.ranges == 0 then
    return
  end
  local ranges = moved or vim.iter(listed.ranges):map(function(range)
    local row, column = place(buffer, range.start, encoding)
    local end_row, end_column = place(buffer, range['end'], encoding)
    return { row = row, column = column, end_row = end_row, end_column = end_column }
  end):totable()
  local entry = { acceptance = acceptance, count = 0, marks = {} }
  for _, count in pairs(listed.findings) do
    entry.count = entry.count + count
  end
  draw(buffer, entry, ranges)
  held[buffer] = held[buffer] or {}
  held[buffer][acceptance.id] = entry
end

local function receive(params, context, receive_in)
  local buffer = vim.uri_to_bufnr(params.uri)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local is_stale = params.version and params.version <= (unloaded[buffer] or -1)
  if client and api.nvim_buf_is_loaded(buffer) and not is_stale then
    receive_in(buffer, client.offset_encoding, params.version == vim.lsp.util.buf_versions[buffer])
  end
end

--- The handler of `vetline/verdict`: news of one acceptance.
function M.on_verdict(_, params, context)
  receive(params, context, function(buffer, encoding, is_current) hold(buffer, params, encoding, is_current) end)
end

--- The handler of `vetline/acceptances`: all that there are.
function M.on_acceptances(_, params, context)
  receive(params, context, function(buffer, encoding, is_current)
    local listed = {}
    for _, each in ipairs(params.acceptances) do
      listed[each.acceptance.id] = true
      hold(buffer, each, encoding, is_current)
    end
    for id in pairs(held[buffer] or {}) do
      if not listed[id] then
        drop(buffer, id)
      end
    end
  end)
end

--- Take an acceptance for reviewed; a server that isn't followed doesn't say so.
--- @param buffer integer
--- @param id string
function M.reviewed(buffer, id)
  drop(buffer, id)
end

--- @class vetline.Listed
--- @field id string
--- @field acceptance table
--- @field count integer
--- @field places { row: integer, column: integer, end_row: integer, end_column: integer }[]

--- What is to review in a buffer, in text order.
--- @param buffer integer
--- @return vetline.Listed[]
function M.listed(buffer)
  local listed = {}
  for id, entry in pairs(held[buffer] or {}) do
    local parts = places(buffer, entry)
    if #parts > 0 then
      table.insert(listed, { id = id, acceptance = entry.acceptance, count = entry.count, places = parts })
    end
  end
  table.sort(listed, function(one, other)
    local first, second = one.places[1], other.places[1]
    return first.row < second.row or first.row == second.row and first.column < second.column
  end)
  return listed
end

--- The acceptance that a line is in.
--- @param buffer integer
--- @param row integer from 0
--- @return vetline.Listed?
function M.at(buffer, row)
  return vim.iter(M.listed(buffer)):find(function(each)
    return vim.iter(each.places):any(function(part)
      local last = part.end_column == 0 and part.end_row > part.row and part.end_row - 1 or part.end_row
      return part.row <= row and row <= last
    end)
  end)
end

--- The next acceptance that begins behind a line, or the first one.
--- @param buffer integer
--- @param row integer from 0
--- @return vetline.Listed?
function M.behind(buffer, row)
  local listed = M.listed(buffer)
  return vim.iter(listed):find(function(each) return each.places[1].row > row end) or listed[1]
end

return M
