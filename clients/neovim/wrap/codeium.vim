" Says that text of Windsurf is about to be inserted.
" Only a file of this name may define the function anew while the old one is in use (E746).
let s:Original = funcref('codeium#CompletionText')

function! codeium#CompletionText() abort
  let text = s:Original()
  if !empty(text)
    call v:lua.require'vetline.signals'.expect('Windsurf')
  endif
  return text
endfunction
