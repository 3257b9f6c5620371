"""The chat template of the shipped model: ChatML, with tools in the format of Qwen2.5 and Hermes."""

from __future__ import annotations

from typing import Final

DEFAULT_SYSTEM: Final = "You are a helpful assistant."
"""Used by the template if a conversation has no system message; the model answers poorly without one."""

TOOL_CALL_OPEN: Final = "<tool_call>"
TOOL_CALL_CLOSE: Final = "</tool_call>"

CHAT_TEMPLATE: Final = (
    """\
{%- set system_text = '"""
    + DEFAULT_SYSTEM
    + """' -%}
{%- set opened_by_system = messages and messages[0].role in ['system', 'developer'] -%}
{%- if opened_by_system -%}
    {%- set system_text = messages[0].content -%}
{%- endif -%}
{{- '<|im_start|>system\\n' + system_text -}}
{%- if tools -%}
    {{- '\\n\\n# Tools\\n\\nYou may call functions to answer. They are described inside <tools></tools>:\\n<tools>' -}}
    {%- for tool in tools -%}
        {{- '\\n' + (tool | tojson) -}}
    {%- endfor -%}
    {{- '\\n</tools>\\n\\nTo call a function, answer with its name and arguments as JSON' -}}
    {{- ' inside <tool_call></tool_call>:\\n<tool_call>\\n' -}}
    {{- '{"name": <function-name>, "arguments": <arguments-object>}\\n</tool_call>' -}}
{%- endif -%}
{{- '<|im_end|>\\n' -}}
{%- for message in messages -%}
    {%- if loop.first and opened_by_system -%}
    {%- elif message.role == 'tool' -%}
        {%- if loop.first or messages[loop.index0 - 1].role != 'tool' -%}
            {{- '<|im_start|>user' -}}
        {%- endif -%}
        {{- '\\n<tool_response>\\n' + message.content + '\\n</tool_response>' -}}
        {%- if loop.last or messages[loop.index0 + 1].role != 'tool' -%}
            {{- '<|im_end|>\\n' -}}
        {%- endif -%}
    {%- else -%}
        {{- '<|im_start|>' + message.role -}}
        {%- if message.content -%}
            {{- '\\n' + message.content -}}
        {%- endif -%}
        {%- for call in message.tool_calls or [] -%}
            {%- set function = call.function if call.function else call -%}
            {{- '\\n<tool_call>\\n{"name": "' + function.name + '", "arguments": ' -}}
            {{- function.arguments if function.arguments is string else (function.arguments | tojson) -}}
            {{- '}\\n</tool_call>' -}}
        {%- endfor -%}
        {{- '<|im_end|>\\n' -}}
    {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{- '<|im_start|>assistant\\n' -}}
{%- endif -%}
"""
)
