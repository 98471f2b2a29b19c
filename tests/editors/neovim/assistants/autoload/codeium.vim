" A stand-in for windsurf.vim, which replaces the text in front of the cursor.
function! codeium#CompletionText() abort
  try
    return remove(s:, 'completion_text')
  catch
    return ''
  endtry
endfunction

function! codeium#Accept() abort
  let text = v:lua.Suggested()
  if empty(text)
    return "\t"
  endif
  let s:completion_text = text
  let typed = strlen(getline('.'))
  let replaced = typed > 0 ? " \<Esc>x0d" . typed . 'li' : ''
  return replaced . "\<C-R>\<C-O>=codeium#CompletionText()\<CR>"
endfunction
