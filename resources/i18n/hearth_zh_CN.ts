<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
    <context>
        <name>_TrashBar</name>
        <message>
            <source>This conversation is in the trash.</source>
            <translation>此对话在回收站中。</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>恢复</translation>
        </message>
    </context>
    <context>
        <name>AboutDialog</name>
        <message>
            <source>About Hearth</source>
            <translation>关于 Hearth</translation>
        </message>
        <message>
            <source>Private AI chat that runs entirely on your own computer.</source>
            <translation>完全在您自己的电脑上运行的私密 AI 对话。</translation>
        </message>
        <message>
            <source>Versions</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>What it is made of, and under which licences:</source>
            <translation>组成部分及其许可证：</translation>
        </message>
        <message>
            <source>Parts</source>
            <translation>组成部分</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>Copy versions</source>
            <translation>复制版本信息</translation>
        </message>
    </context>
    <context>
        <name>Actions</name>
        <message>
            <source>Copy the message</source>
            <translation>复制消息</translation>
        </message>
        <message>
            <source>Edit the message</source>
            <translation>编辑消息</translation>
        </message>
        <message>
            <source>Continue the answer</source>
            <translation>继续回答</translation>
        </message>
        <message>
            <source>Previous version of the message</source>
            <translation>消息的上一个版本</translation>
        </message>
        <message>
            <source>Next version of the message</source>
            <translation>消息的下一个版本</translation>
        </message>
        <message>
            <source>Compare the versions of the message…</source>
            <translation>比较消息的各个版本…</translation>
        </message>
        <message>
            <source>Pin the message to the context, or unpin it</source>
            <translation>将消息固定到上下文，或取消固定</translation>
        </message>
        <message>
            <source>Branch into a new conversation at the message</source>
            <translation>从此消息分支为新对话</translation>
        </message>
        <message>
            <source>Remove the message</source>
            <translation>移除消息</translation>
        </message>
        <message>
            <source>Find models on Hugging Face</source>
            <translation>在 Hugging Face 上查找模型</translation>
        </message>
        <message>
            <source>Downloads</source>
            <translation>下载</translation>
        </message>
        <message>
            <source>New chat</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Move to trash</source>
            <translation>移到回收站</translation>
        </message>
        <message>
            <source>Next conversation</source>
            <translation>下一个对话</translation>
        </message>
        <message>
            <source>Previous conversation</source>
            <translation>上一个对话</translation>
        </message>
        <message>
            <source>Show or hide the sidebar</source>
            <translation>显示或隐藏侧边栏</translation>
        </message>
        <message>
            <source>Write a message</source>
            <translation>输入消息</translation>
        </message>
        <message>
            <source>Choose a model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>Open file…</source>
            <translation>打开文件…</translation>
        </message>
        <message>
            <source>Eject</source>
            <translation>移出内存</translation>
        </message>
        <message>
            <source>Reload the model</source>
            <translation>重新加载模型</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Model folders…</source>
            <translation>模型文件夹…</translation>
        </message>
        <message>
            <source>About Hearth</source>
            <translation>关于 Hearth</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>退出</translation>
        </message>
        <message>
            <source>Regenerate</source>
            <translation>重新生成</translation>
        </message>
        <message>
            <source>Find in this conversation</source>
            <translation>在此对话中查找</translation>
        </message>
        <message>
            <source>Next match</source>
            <translation>下一处</translation>
        </message>
        <message>
            <source>Previous match</source>
            <translation>上一处</translation>
        </message>
        <message>
            <source>Larger text</source>
            <translation>放大文字</translation>
        </message>
        <message>
            <source>Smaller text</source>
            <translation>缩小文字</translation>
        </message>
        <message>
            <source>Usual text size</source>
            <translation>恢复文字大小</translation>
        </message>
        <message>
            <source>New private chat</source>
            <translation>新的私密对话</translation>
        </message>
        <message>
            <source>New folder</source>
            <translation>新建文件夹</translation>
        </message>
        <message>
            <source>Pin or unpin</source>
            <translation>置顶或取消置顶</translation>
        </message>
        <message>
            <source>Tags…</source>
            <translation>标签…</translation>
        </message>
        <message>
            <source>Duplicate</source>
            <translation>创建副本</translation>
        </message>
        <message>
            <source>Show the trash</source>
            <translation>查看回收站</translation>
        </message>
        <message>
            <source>Backups…</source>
            <translation>备份…</translation>
        </message>
        <message>
            <source>Import conversations…</source>
            <translation>导入对话…</translation>
        </message>
        <message>
            <source>Search all conversations</source>
            <translation>搜索所有对话</translation>
        </message>
        <message>
            <source>Show or hide the source</source>
            <translation>显示或隐藏源文本</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
        <message>
            <source>Export everything…</source>
            <translation>全部导出…</translation>
        </message>
        <message>
            <source>Print…</source>
            <translation>打印…</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Prompt templates</source>
            <translation>提示词模板</translation>
        </message>
        <message>
            <source>Network</source>
            <translation>网络</translation>
        </message>
        <message>
            <source>Use a prompt template</source>
            <translation>使用提示词模板</translation>
        </message>
        <message>
            <source>All commands</source>
            <translation>所有命令</translation>
        </message>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>快捷键</translation>
        </message>
        <message>
            <source>All settings…</source>
            <translation>所有设置…</translation>
        </message>
        <message>
            <source>Instructions and parameters</source>
            <translation>指令与参数</translation>
        </message>
        <message>
            <source>Attach files…</source>
            <translation>添加文件…</translation>
        </message>
        <message>
            <source>Quick question, from any program</source>
            <translation>快速提问（在任何程序中）</translation>
        </message>
        <message>
            <source>Parameters of all chats…</source>
            <translation>所有对话的参数…</translation>
        </message>
        <message>
            <source>Look for a newer version</source>
            <translation>查找新版本</translation>
        </message>
        <message>
            <source>Choose a persona</source>
            <translation>选择角色</translation>
        </message>
        <message>
            <source>Personas</source>
            <translation>角色</translation>
        </message>
        <message>
            <source>Open the folder with my data</source>
            <translation>打开我的数据所在的文件夹</translation>
        </message>
        <message>
            <source>Move my data…</source>
            <translation>移动我的数据…</translation>
        </message>
        <message>
            <source>Reset all settings</source>
            <translation>重置所有设置</translation>
        </message>
        <message>
            <source>Diagnostics…</source>
            <translation>诊断信息…</translation>
        </message>
        <message>
            <source>User guide</source>
            <translation>使用指南</translation>
        </message>
        <message>
            <source>Chat template…</source>
            <translation>对话模板…</translation>
        </message>
        <message>
            <source>How it is loaded…</source>
            <translation>加载方式…</translation>
        </message>
        <message>
            <source>Try the graphics card again</source>
            <translation>重新尝试使用显卡</translation>
        </message>
    </context>
    <context>
        <name>Centre</name>
        <message>
            <source>Everything stays on this computer.</source>
            <translation>所有内容都只保存在这台电脑上。</translation>
        </message>
    </context>
    <context>
        <name>ChatTemplateDialog</name>
        <message>
            <source>Chat template</source>
            <translation>对话模板</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>自动选择</translation>
        </message>
        <message>
            <source>The model’s own, whatever is wrong with it</source>
            <translation>模型自带的，即使有问题</translation>
        </message>
        <message>
            <source>None: the model goes on with the text</source>
            <translation>不用模板：模型直接续写文本</translation>
        </message>
        <message>
            <source>Your own: edit it below</source>
            <translation>自己编写：在下方编辑</translation>
        </message>
        <message>
            <source>In use now:</source>
            <translation>当前使用：</translation>
        </message>
        <message>
            <source>Text of the chat template in use</source>
            <translation>当前对话模板的内容</translation>
        </message>
        <message>
            <source>Your text, in Jinja:</source>
            <translation>您编写的内容（Jinja）：</translation>
        </message>
        <message>
            <source>Text of your chat template</source>
            <translation>您的对话模板的内容</translation>
        </message>
        <message>
            <source>The error at the last load: {problem}</source>
            <translation>上次加载时的错误：{problem}</translation>
        </message>
        <message>
            <source>A chat template has to write the messages, for instance with {example}.</source>
            <translation>对话模板必须写出消息，例如使用 {example}。</translation>
        </message>
        <message>
            <source>A chat template has at most {limit} characters and this one has {n}: it can be neither used nor kept.</source>
            <translation>对话模板最多 {limit} 个字符，这个有 {n} 个：无法使用，也无法保留。</translation>
        </message>
        <message>
            <source>“{model}” uses the template that you have written.</source>
            <translation>“{model}”使用您编写的对话模板。</translation>
        </message>
        <message>
            <source>Your template for “{model}” has an error, so the model’s own is used.</source>
            <translation>您为“{model}”编写的模板有错误，因此使用模型自带的模板。</translation>
        </message>
        <message>
            <source>Your template for “{model}” has an error, so none is used: the model goes on with what you write.</source>
            <translation>您为“{model}”编写的模板有错误，因此不用模板：模型会续写您的文字。</translation>
        </message>
        <message>
            <source>Your template for “{model}” has an error, so {title}, a known good one, is used.</source>
            <translation>您为“{model}”编写的模板有错误，因此改用可靠的 {title} 模板。</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Use and reload</source>
            <translation>应用并重新加载</translation>
        </message>
        <message>
            <source>“{model}” brings its own chat template, and it is used.</source>
            <translation>“{model}”自带对话模板，正在使用。</translation>
        </message>
        <message>
            <source>“{model}” has no chat template: it goes on with what you write, and was not taught to answer.</source>
            <translation>“{model}”没有对话模板：它只会续写您的文字，没有学过如何回答。</translation>
        </message>
        <message>
            <source>“{model}” uses {title}, as you have chosen.</source>
            <translation>“{model}”按您的选择使用 {title}。</translation>
        </message>
        <message>
            <source>“{model}” uses no chat template, as you have chosen; it goes on with what you write.</source>
            <translation>“{model}”按您的选择不使用对话模板，只会续写您的文字。</translation>
        </message>
        <message>
            <source>“{model}” brings no chat template; {title}, that of its family, is used.</source>
            <translation>“{model}”没有自带对话模板，使用其系列的 {title} 模板。</translation>
        </message>
        <message>
            <source>The template of “{model}” writes words that nobody has said, so {title}, a known good one, is used.</source>
            <translation>“{model}”的模板会写入没人说过的话，因此改用可靠的 {title} 模板。</translation>
        </message>
        <message>
            <source>The template of “{model}” changes what you write, so {title}, a known good one, is used.</source>
            <translation>“{model}”的模板会改动您写的内容，因此改用可靠的 {title} 模板。</translation>
        </message>
        <message>
            <source>The template of “{model}” mixes up who has said what, so {title}, a known good one, is used.</source>
            <translation>“{model}”的模板会混淆说话的人，因此改用可靠的 {title} 模板。</translation>
        </message>
        <message>
            <source>The template of “{model}” is broken, so {title}, a known good one, is used.</source>
            <translation>“{model}”的模板已损坏，因此改用可靠的 {title} 模板。</translation>
        </message>
    </context>
    <context>
        <name>CompareDialog</name>
        <message>
            <source>Compare versions</source>
            <translation>比较版本</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Left</source>
            <translation>左侧</translation>
        </message>
        <message>
            <source>Right</source>
            <translation>右侧</translation>
        </message>
        <message>
            <source>Version {number}</source>
            <translation>版本 {number}</translation>
        </message>
        <message>
            <source>Version {number} · {model}</source>
            <translation>版本 {number} · {model}</translation>
        </message>
        <message>
            <source>Both versions have the same text.</source>
            <translation>两个版本的文字相同。</translation>
        </message>
        <message>
            <source>Shown now</source>
            <translation>当前显示</translation>
        </message>
        <message>
            <source>Show this one</source>
            <translation>显示此版本</translation>
        </message>
    </context>
    <context>
        <name>Composer</name>
        <message>
            <source>Write a message, or type / for a template</source>
            <translation>输入消息，或键入 / 选用模板</translation>
        </message>
        <message>
            <source>Message</source>
            <translation>消息</translation>
        </message>
        <message>
            <source>Stop</source>
            <translation>停止</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Enter</translation>
        </message>
        <message>
            <source>The answer starts when the model is ready. Esc stops.</source>
            <translation>模型就绪后开始回答。按 Esc 停止。</translation>
        </message>
        <message>
            <source>This goes as soon as its files are read. Esc leaves them out.</source>
            <translation>文件读取完毕后即发送。按 Esc 则不附带这些文件。</translation>
        </message>
        <message>
            <source>Leave the files out</source>
            <translation>不附带文件</translation>
        </message>
        <message>
            <source>Answering. Esc stops.</source>
            <translation>正在回答。按 Esc 停止。</translation>
        </message>
        <message>
            <source>Shift + Enter begins a new line</source>
            <translation>Shift + Enter 换行</translation>
        </message>
        <message>
            <source>Send after this answer</source>
            <translation>在此回答结束后发送</translation>
        </message>
        <message>
            <source>Enter sends this after the answer. Esc stops.</source>
            <translation>按 Enter 将在回答结束后发送。按 Esc 停止。</translation>
        </message>
        <message>
            <source>This chat is not saved.</source>
            <translation>此对话不会被保存。</translation>
        </message>
        <message>
            <source>Attach files</source>
            <translation>添加文件</translation>
        </message>
        <message>
            <source>Attach the pasted text as a file</source>
            <translation>将粘贴的文字作为文件添加</translation>
        </message>
        <message>
            <source>Write a message</source>
            <translation>输入消息</translation>
        </message>
    </context>
    <context>
        <name>ConversationDelegate</name>
        <message>
            <source>Title of the conversation</source>
            <translation>对话标题</translation>
        </message>
        <message>
            <source>Name of the folder</source>
            <translation>文件夹名称</translation>
        </message>
    </context>
    <context>
        <name>ConversationList</name>
        <message>
            <source>Conversations</source>
            <translation>对话列表</translation>
        </message>
    </context>
    <context>
        <name>DetailsDialog</name>
        <message>
            <source>Details</source>
            <translation>详细信息</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>EditCard</name>
        <message>
            <source>Edit message</source>
            <translation>编辑消息</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Ctrl + Enter sends it as a new version. Esc cancels.</source>
            <translation>按 Ctrl + Enter 作为新版本发送。按 Esc 取消。</translation>
        </message>
        <message>
            <source>Ctrl + Enter saves it as a new version. Esc cancels.</source>
            <translation>按 Ctrl + Enter 保存为新版本。按 Esc 取消。</translation>
        </message>
    </context>
    <context>
        <name>Editing</name>
        <message>
            <source>Continue editing</source>
            <translation>继续编辑</translation>
        </message>
        <message>
            <source>Your edit is kept.</source>
            <translation>您的修改已保留。</translation>
        </message>
        <message>
            <source>The edit was dropped.</source>
            <translation>已放弃修改。</translation>
        </message>
        <message>
            <source>Your edit could not be saved and is kept.</source>
            <translation>您的修改未能保存，内容已保留。</translation>
        </message>
    </context>
    <context>
        <name>EmptyState</name>
        <message>
            <source>What is on your mind?</source>
            <translation>今天想聊点什么？</translation>
        </message>
        <message>
            <source>Choose a model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>Choose a model to begin; it stays on this computer, like everything you write.</source>
            <translation>请先选择一个模型；模型和您写下的内容都只留在这台电脑上。</translation>
        </message>
        <message>
            <source>The starter model answers right away. It is tiny and meant for trying out.</source>
            <translation>入门模型可以立即回答。它非常小，仅供试用。</translation>
        </message>
        <message>
            <source>Write below; the answer is made here, on your own computer.</source>
            <translation>在下方输入；回答就在您自己的电脑上生成。</translation>
        </message>
    </context>
    <context>
        <name>ErrorText</name>
        <message>
            <source>Reload</source>
            <translation>重新加载</translation>
        </message>
        <message>
            <source>Choose another model</source>
            <translation>选择其他模型</translation>
        </message>
        <message>
            <source>Choose a model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>New chat</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Something outside Hearth went wrong.</source>
            <translation>Hearth 之外出现了问题。</translation>
        </message>
        <message>
            <source>The engine met a problem that this version of Hearth does not know.</source>
            <translation>引擎遇到了此版本 Hearth 无法识别的问题。</translation>
        </message>
        <message>
            <source>The engine could not be started; another program may be blocking it.</source>
            <translation>引擎无法启动，可能被其他程序阻止。</translation>
        </message>
        <message>
            <source>The engine stopped unexpectedly; everything it had written so far is kept.</source>
            <translation>引擎意外停止；已生成的内容均已保留。</translation>
        </message>
        <message>
            <source>No model is loaded; choose one to get an answer.</source>
            <translation>未加载模型；请选择一个模型来获得回答。</translation>
        </message>
        <message>
            <source>The grammar for the answer cannot be read; correct it or take it out.</source>
            <translation>无法读取用于回答的语法；请修正或移除它。</translation>
        </message>
        <message>
            <source>The JSON schema for the answer asks for something that cannot be kept; the details say what.</source>
            <translation>用于回答的 JSON Schema 包含无法满足的要求；具体内容请查看详细信息。</translation>
        </message>
        <message>
            <source>This answer does not begin as its grammar or JSON schema asks, so it cannot be continued; regenerate it instead.</source>
            <translation>此回答的开头不符合所设的语法或 JSON Schema，因此无法继续；请改用“重新生成”。</translation>
        </message>
        <message>
            <source>“{file}” cannot guess for this model, because its vocabulary is another; choose a different draft model.</source>
            <translation>“{file}”的词表与此模型不同，无法用作草稿模型；请选择其他草稿模型。</translation>
        </message>
        <message>
            <source>“{file}” cannot guess for other models, because it cannot take back what it guessed wrong; choose a different draft model.</source>
            <translation>“{file}”无法收回猜错的内容，因此不能用作草稿模型；请选择其他草稿模型。</translation>
        </message>
        <message>
            <source>“{file}” cannot guess for this model, because this model cannot take back a wrong guess.</source>
            <translation>“{file}”无法用作草稿模型，因为此模型无法收回猜错的内容。</translation>
        </message>
        <message>
            <source>The model could not go on with this answer; what it had written is kept.</source>
            <translation>模型无法继续这次回答；已生成的内容均已保留。</translation>
        </message>
        <message>
            <source>The graphics card or its driver failed in this answer; what it had written is kept.</source>
            <translation>显卡或其驱动程序在这次回答中出错；已生成的内容均已保留。</translation>
        </message>
        <message>
            <source>Your conversations could not be read or saved.</source>
            <translation>无法读取或保存您的对话。</translation>
        </message>
        <message>
            <source>Your conversations were saved by a newer version of Hearth; install that version to open them.</source>
            <translation>您的对话由更新版本的 Hearth 保存；请安装该版本后再打开。</translation>
        </message>
        <message numerus="yes">
            <source>The engine has not responded for %n second(s) and was stopped.</source>
            <translation>
                <numerusform>引擎已有 %n 秒没有响应，现已停止。</numerusform>
            </translation>
        </message>
        <message>
            <source>The model file “{file}” is no longer where it was; put it back, or choose another model.</source>
            <translation>模型文件“{file}”已不在原来的位置；请把它放回原处，或选择其他模型。</translation>
        </message>
        <message>
            <source>“{file}” is empty; its download may have failed, so get the file again or choose another model.</source>
            <translation>“{file}”是空文件，可能下载失败；请重新获取该文件，或选择其他模型。</translation>
        </message>
        <message>
            <source>“{file}” is not a model that Hearth can use; choose another file.</source>
            <translation>“{file}”不是 Hearth 能用的模型；请选择其他文件。</translation>
        </message>
        <message>
            <source>“{file}” is incomplete: its end is missing, so get the file again or choose another model.</source>
            <translation>“{file}”不完整，缺少末尾部分；请重新获取该文件，或选择其他模型。</translation>
        </message>
        <message>
            <source>“{file}” is in a format that this version of Hearth cannot read; update Hearth or choose another model.</source>
            <translation>“{file}”的格式此版本 Hearth 无法读取；请更新 Hearth 或选择其他模型。</translation>
        </message>
        <message>
            <source>“{file}” is damaged and cannot be used; get the file again or choose another model.</source>
            <translation>“{file}”已损坏，无法使用；请重新获取该文件，或选择其他模型。</translation>
        </message>
        <message>
            <source>“{file}” has no vocabulary, so it cannot write text; it may be only a part of a model.</source>
            <translation>“{file}”没有词表，无法生成文字；它可能只是某个模型的一部分。</translation>
        </message>
        <message>
            <source>“{file}” could not be read; check that you are allowed to open it.</source>
            <translation>无法读取“{file}”；请检查您是否有权限打开它。</translation>
        </message>
        <message>
            <source>“{file}” is a model file, but the engine cannot load it; it may need a newer version of Hearth, so update Hearth or choose another model.</source>
            <translation>“{file}”是模型文件，但引擎无法加载它；它可能需要更新版本的 Hearth，请更新或选择其他模型。</translation>
        </message>
        <message>
            <source>This conversation is too long for any model; go on in a new chat. Nothing here is lost.</source>
            <translation>此对话太长，任何模型都无法读取；请在新对话中继续，这里的内容不会丢失。</translation>
        </message>
        <message>
            <source>The disk is full, so “{file}” could not be saved; free some space and try again.</source>
            <translation>磁盘已满，无法保存“{file}”；请释放一些空间后重试。</translation>
        </message>
        <message>
            <source>“{file}” could not be saved; check that its folder may be written to, and try again.</source>
            <translation>无法保存“{file}”；请检查其所在文件夹是否可写，然后重试。</translation>
        </message>
        <message>
            <source>“{file}” could not be read.</source>
            <translation>无法读取“{file}”。</translation>
        </message>
        <message>
            <source>Repair and restart</source>
            <translation>修复并重新启动</translation>
        </message>
        <message>
            <source>Not everything in “{file}” can be read; nothing of it was deleted.</source>
            <translation>“{file}”中的内容无法全部读取；其中没有任何内容被删除。</translation>
        </message>
        <message>
            <source>The backup “{file}” is damaged and cannot be used; choose an older one.</source>
            <translation>备份“{file}”已损坏，无法使用；请选择更早的备份。</translation>
        </message>
        <message>
            <source>“{file}” is {size}; files of up to {max} can be attached, so attach a part of it.</source>
            <translation>“{file}”大小为 {size}；最多可添加 {max} 的文件，请只添加其中一部分。</translation>
        </message>
        <message>
            <source>“{file}” is {size}; files of up to {max} can be imported, so import it in parts.</source>
            <translation>“{file}”大小为 {size}；最多可导入 {max} 的文件，请分几次导入。</translation>
        </message>
        <message>
            <source>“{file}” is not a text file; text, code, CSV and Markdown can be attached.</source>
            <translation>“{file}”不是文本文件；可以添加文本、代码、CSV 和 Markdown 文件。</translation>
        </message>
        <message>
            <source>“{file}” has {n} tokens, and this model reads {held} at once; attach a part of it.</source>
            <translation>“{file}”有 {n} 个词元，而此模型一次最多读取 {held} 个；请只添加其中一部分。</translation>
        </message>
        <message>
            <source>“{printer}” does not take what is to be printed; check that it is switched on and connected.</source>
            <translation>“{printer}”无法接收打印任务；请检查它是否已开机并连接。</translation>
        </message>
        <message>
            <source>“{file}” could not be moved to your system’s trash, so nothing was removed; you can delete it in its folder.</source>
            <translation>无法将“{file}”移到系统回收站，因此没有移除任何内容；您可以在它所在的文件夹中删除它。</translation>
        </message>
        <message>
            <source>Use a smaller context</source>
            <translation>使用较小的上下文</translation>
        </message>
        <message>
            <source>The engine stopped while it loaded “{file}”; the file may be damaged or too large for this computer.</source>
            <translation>引擎在加载“{file}”时停止；文件可能已损坏，或对这台电脑来说太大。</translation>
        </message>
        <message>
            <source>“{file}” needs {needed} of memory and {free} is free; close other programs or choose a smaller model.</source>
            <translation>“{file}”需要 {needed} 内存，目前可用 {free}；请关闭其他程序或选择较小的模型。</translation>
        </message>
        <message>
            <source>A context of {n} tokens needs more memory than there is; “{file}” would fit with {fitting}.</source>
            <translation>{n} 个词元的上下文所需内存超过现有内存；“{file}”在 {fitting} 个词元时可以加载。</translation>
        </message>
        <message>
            <source>“{file}” is damaged and was not loaded; get the file again or choose another model.</source>
            <translation>“{file}”已损坏，没有加载；请重新获取该文件，或选择其他模型。</translation>
        </message>
        <message>
            <source>Make room…</source>
            <translation>腾出空间…</translation>
        </message>
        <message>
            <source>The model would have to read {needed} tokens, but it holds only {held}; choose what may be left out, or shorten your message.</source>
            <translation>模型需要读取 {needed} 个词元，但只能容纳 {held} 个；请选择可以略去的内容，或缩短您的消息。</translation>
        </message>
        <message>
            <source>Chat template…</source>
            <translation>对话模板…</translation>
        </message>
        <message>
            <source>The chat template cannot take this conversation, so there is no answer; choose another template.</source>
            <translation>对话模板无法处理此对话，因此没有回答；请选择其他模板。</translation>
        </message>
        <message>
            <source>The chat template put words of its own into your conversation (“{added}”), so nothing was asked.</source>
            <translation>对话模板在您的对话中加入了自己的文字（“{added}”），因此没有向模型提问。</translation>
        </message>
        <message>
            <source>Remove models…</source>
            <translation>删除模型…</translation>
        </message>
        <message>
            <source>The model could not be downloaded; the part that has arrived is kept, so try again.</source>
            <translation>模型未能下载完成；已下载的部分会保留，请重试。</translation>
        </message>
        <message>
            <source>There is not enough room on the disk: {needed} is needed and {free} is free; delete what you can spare.</source>
            <translation>磁盘空间不足：需要 {needed}，可用 {free}；请删除不需要的内容。</translation>
        </message>
        <message>
            <source>“{file}” is in memory; the new version takes its place as soon as nothing is asked of the model.</source>
            <translation>“{file}”正在内存中；模型空闲后，新版本会立即替换它。</translation>
        </message>
        <message>
            <source>The folder “{file}” is not there; connect its disk, and the download goes on.</source>
            <translation>找不到文件夹“{file}”；请连接其所在磁盘，下载会自动继续。</translation>
        </message>
        <message>
            <source>The download stopped unexpectedly; the part that has arrived is kept, and the download goes on from there.</source>
            <translation>下载意外停止；已下载的部分会保留，并从那里继续。</translation>
        </message>
        <message>
            <source>“{address}” does not answer; try again later, or add the address of a mirror.</source>
            <translation>“{address}”没有应答；请稍后再试，或添加镜像的地址。</translation>
        </message>
        <message>
            <source>Something else answers for “{address}”; sign in to this network first, or correct the address.</source>
            <translation>应答的不是“{address}”；请先登录当前网络，或改正地址。</translation>
        </message>
        <message>
            <source>“{address}” does not accept the access token; it may have expired, so enter another one or remove it.</source>
            <translation>“{address}”不接受该访问令牌；它可能已过期，请重新输入或将其移除。</translation>
        </message>
        <message>
            <source>“{model}” is for those who have agreed to its terms; agree on its page, then save an access token under Network.</source>
            <translation>“{model}”只提供给同意其条款的人；请在其页面上同意，然后在“网络”中保存访问令牌。</translation>
        </message>
        <message>
            <source>You have no access to “{model}” yet; ask for it on its page, or wait until it is granted.</source>
            <translation>您尚无“{model}”的访问权限；请在其页面上申请，或等待批准。</translation>
        </message>
        <message>
            <source>“{address}” has a problem of its own (error {status}); try again later.</source>
            <translation>“{address}”自身出了问题（错误 {status}）；请稍后再试。</translation>
        </message>
        <message>
            <source>Network settings</source>
            <translation>网络设置</translation>
        </message>
        <message>
            <source>Open its page</source>
            <translation>打开其页面</translation>
        </message>
        <message>
            <source>“{model}” has no “{file}” any more; look at what it has now.</source>
            <translation>“{model}”中已没有“{file}”；请查看它现在的内容。</translation>
        </message>
        <message>
            <source>“{address}” answered with something that Hearth does not understand; try again later.</source>
            <translation>“{address}”的应答无法理解；请稍后再试。</translation>
        </message>
        <message>
            <source>The site for models met a problem that this version of Hearth does not know.</source>
            <translation>模型站遇到了此版本 Hearth 无法识别的问题。</translation>
        </message>
        <message>
            <source>Hearth is set to stay offline; go online to look for models and get them.</source>
            <translation>Hearth 已设为保持离线；要查找和获取模型，请先取消离线。</translation>
        </message>
        <message>
            <source>There is no connection to the internet, or the proxy does not answer; check them, and try again.</source>
            <translation>没有连接到互联网，或代理没有应答；请检查后再试。</translation>
        </message>
        <message>
            <source>“{model}” is not on the site for models, or not for everybody; check its name.</source>
            <translation>模型站上没有“{model}”，或它不对所有人开放；请检查名称。</translation>
        </message>
        <message numerus="yes">
            <source>The site for models asks for a pause; try again in %n minute(s).</source>
            <translation>
                <numerusform>模型站要求稍候；请在 %n 分钟后重试。</numerusform>
            </translation>
        </message>
        <message>
            <source>This prompt template cannot be used; open it and correct it.</source>
            <translation>无法使用此提示词模板；请打开并修改它。</translation>
        </message>
        <message>
            <source>Line {line}, column {column}: “{{” is not closed; write “}}” after the name, or “\{{” for braces.</source>
            <translation>第 {line} 行第 {column} 列：“{{”没有结束；请在名称后写“}}”，若只需要花括号请写“\{{”。</translation>
        </message>
        <message>
            <source>Line {line}, column {column}: there is no name between the braces.</source>
            <translation>第 {line} 行第 {column} 列：花括号之间没有名称。</translation>
        </message>
        <message>
            <source>Line {line}, column {column}: this name is too long.</source>
            <translation>第 {line} 行第 {column} 列：名称过长。</translation>
        </message>
        <message>
            <source>Line {line}, column {column}: a name has letters, digits and underscores, and no digit at its start.</source>
            <translation>第 {line} 行第 {column} 列：名称只能包含字母、数字和下划线，且不能以数字开头。</translation>
        </message>
        <message>
            <source>The template needs a value for: {names}.</source>
            <translation>模板需要填写：{names}。</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>“{file}” came with errors twice and was deleted, so nothing of it is used; try again later.</source>
            <translation>“{file}”两次下载都有错误，已被删除，不会使用其中任何内容；请稍后重试。</translation>
        </message>
        <message>
            <source>“{repository}” has changed on Hugging Face since you chose this model; choose it again.</source>
            <translation>在您选择此模型之后，“{repository}”在 Hugging Face 上有了改动；请重新选择。</translation>
        </message>
        <message>
            <source>“{address}” shows a certificate that this system does not trust, so nothing was sent; check the network.</source>
            <translation>“{address}”出示的证书不受此系统信任，因此没有发送任何内容；请检查网络。</translation>
        </message>
        <message>
            <source>Your settings in “{file}” cannot be read for now, so Hearth uses its defaults; what you change is saved when they can be.</source>
            <translation>“{file}”中的设置暂时无法读取，因此 Hearth 正在使用默认设置；您所作的更改会在可以读取之后保存。</translation>
        </message>
        <message>
            <source>Your data are not in “{file}”; connect its disk, or choose the folder where they are.</source>
            <translation>您的数据不在“{file}”中；请连接它所在的磁盘，或选择数据所在的文件夹。</translation>
        </message>
        <message>
            <source>“{file}” is a part of what is to be moved; choose a folder outside of it.</source>
            <translation>“{file}”本身就是要移动的内容的一部分；请选择它之外的文件夹。</translation>
        </message>
        <message>
            <source>There are files in “{file}” already; choose another folder.</source>
            <translation>“{file}”中已有文件；请选择另一个文件夹。</translation>
        </message>
        <message>
            <source>“{file}” is on another computer, where conversations are not safe; choose a folder on this one.</source>
            <translation>“{file}”在另一台电脑上，对话放在那里不安全；请选择这台电脑上的文件夹。</translation>
        </message>
        <message>
            <source>“{file}” is a link to another place; put the file itself where the link is, then move everything.</source>
            <translation>“{file}”是指向别处的链接；请先把文件本身放到链接所在的位置，再移动所有数据。</translation>
        </message>
        <message>
            <source>“{file}” was not loaded, because checking it took too long; its disk may be slow, so try again.</source>
            <translation>没有加载“{file}”，因为检查它花了太长时间；它所在的磁盘可能较慢，请重试。</translation>
        </message>
    </context>
    <context>
        <name>FailedAnswers</name>
        <message>
            <source>The answer in another chat could not be finished. {sentence}</source>
            <translation>另一个对话中的回答未能完成。{sentence}</translation>
        </message>
        <message>
            <source>The answer in “{title}” could not be finished. {sentence}</source>
            <translation>“{title}”中的回答未能完成。{sentence}</translation>
        </message>
    </context>
    <context>
        <name>Filing</name>
        <message>
            <source>New folder</source>
            <translation>新建文件夹</translation>
        </message>
    </context>
    <context>
        <name>FilterButton</name>
        <message>
            <source>Only tagged {tag}; show all conversations</source>
            <translation>只显示带“{tag}”标签的对话；点按可显示全部</translation>
        </message>
    </context>
    <context>
        <name>ForEverDialog</name>
        <message numerus="yes">
            <source>Empty the trash? %n conversation(s) will be deleted for ever.</source>
            <translation>
                <numerusform>清空回收站？%n 个对话将被永久删除。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Delete %n conversation(s) for ever?</source>
            <translation>
                <numerusform>永久删除 %n 个对话？</numerusform>
            </translation>
        </message>
        <message>
            <source>Messages and attachments go too. There is no way to bring them back.</source>
            <translation>其中的消息和附件也会一并删除，无法恢复。</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Delete for ever</source>
            <translation>永久删除</translation>
        </message>
    </context>
    <context>
        <name>LinkDialog</name>
        <message>
            <source>Write an email to this address?</source>
            <translation>要给这个地址写邮件吗？</translation>
        </message>
        <message>
            <source>Open this link in your browser?</source>
            <translation>要在浏览器中打开此链接吗？</translation>
        </message>
        <message>
            <source>This address holds a user name, “{user}”, which can make it look like another site.</source>
            <translation>此地址包含用户名“{user}”，可能会让它看起来像另一个网站。</translation>
        </message>
        <message>
            <source>Address</source>
            <translation>地址</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Copy address</source>
            <translation>复制地址</translation>
        </message>
        <message>
            <source>Open</source>
            <translation>打开</translation>
        </message>
    </context>
    <context>
        <name>ListMenus</name>
        <message numerus="yes">
            <source>Restore %n removed message(s)</source>
            <translation>
                <numerusform>恢复 %n 条已移除的消息</numerusform>
            </translation>
        </message>
        <message>
            <source>Unpin</source>
            <translation>取消置顶</translation>
        </message>
        <message>
            <source>Pin</source>
            <translation>置顶</translation>
        </message>
        <message>
            <source>Move to folder</source>
            <translation>移到文件夹</translation>
        </message>
        <message>
            <source>No folder</source>
            <translation>不放入文件夹</translation>
        </message>
        <message>
            <source>New folder</source>
            <translation>新建文件夹</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Remove folder, keep conversations</source>
            <translation>移除文件夹，保留对话</translation>
        </message>
        <message>
            <source>Filter by tag</source>
            <translation>按标签筛选</translation>
        </message>
    </context>
    <context>
        <name>ListWords</name>
        <message>
            <source>New private chat</source>
            <translation>新的私密对话</translation>
        </message>
        <message>
            <source>New chat</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>{title}, private</source>
            <translation>{title}，私密</translation>
        </message>
        <message>
            <source>{title}, pinned</source>
            <translation>{title}，已置顶</translation>
        </message>
        <message>
            <source>{title}, tagged {tags}</source>
            <translation>{title}，标签：{tags}</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>{title}, answering</source>
            <translation>{title}，正在回答</translation>
        </message>
        <message>
            <source>{title}, unread</source>
            <translation>{title}，未读</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>Yesterday</source>
            <translation>昨天</translation>
        </message>
        <message>
            <source>Previous 7 days</source>
            <translation>过去 7 天</translation>
        </message>
        <message>
            <source>Previous 30 days</source>
            <translation>过去 30 天</translation>
        </message>
        <message>
            <source>Older</source>
            <translation>更早</translation>
        </message>
        <message>
            <source>Pinned</source>
            <translation>置顶</translation>
        </message>
        <message numerus="yes">
            <source>Folder {name}, open, %n conversation(s)</source>
            <translation>
                <numerusform>文件夹 {name}，已展开，%n 个对话</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Folder {name}, closed, %n conversation(s)</source>
            <translation>
                <numerusform>文件夹 {name}，已收起，%n 个对话</numerusform>
            </translation>
        </message>
        <message>
            <source>Folders</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>{title}, with something not sent</source>
            <translation>{title}，有未发送的内容</translation>
        </message>
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>Hearth made a mistake; what you wrote is saved.</source>
            <translation>Hearth 出错了；您写下的内容已保存。</translation>
        </message>
        <message>
            <source>Hearth made a mistake.</source>
            <translation>Hearth 出错了。</translation>
        </message>
    </context>
    <context>
        <name>MessageActions</name>
        <message numerus="yes">
            <source>%n message(s) removed.</source>
            <translation>
                <numerusform>已移除 %n 条消息。</numerusform>
            </translation>
        </message>
        <message>
            <source>Message removed.</source>
            <translation>消息已移除。</translation>
        </message>
        <message>
            <source>{sentence} The summary that tells of what was removed is not used any more.</source>
            <translation>{sentence}提到所移除内容的摘要不再使用。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
    </context>
    <context>
        <name>MessageMenu</name>
        <message numerus="yes">
            <source>Restore %n removed message(s)</source>
            <translation>
                <numerusform>恢复 %n 条已移除的消息</numerusform>
            </translation>
        </message>
        <message>
            <source>Compare versions…</source>
            <translation>比较版本…</translation>
        </message>
        <message>
            <source>Regenerate</source>
            <translation>重新生成</translation>
        </message>
        <message>
            <source>Regenerate with</source>
            <translation>用其他模型重新生成</translation>
        </message>
        <message>
            <source>Edit</source>
            <translation>编辑</translation>
        </message>
        <message>
            <source>Branch into a new conversation</source>
            <translation>分支为新对话</translation>
        </message>
        <message>
            <source>Remove message</source>
            <translation>移除消息</translation>
        </message>
        <message>
            <source>Previous version</source>
            <translation>上一个版本</translation>
        </message>
        <message>
            <source>Next version</source>
            <translation>下一个版本</translation>
        </message>
        <message>
            <source>{number}. {language}</source>
            <translation>{number}. {language}</translation>
        </message>
        <message>
            <source>Copy link address</source>
            <translation>复制链接地址</translation>
        </message>
        <message>
            <source>Copy selection</source>
            <translation>复制所选内容</translation>
        </message>
        <message>
            <source>Copy as Markdown</source>
            <translation>复制为 Markdown</translation>
        </message>
        <message>
            <source>Copy as plain text</source>
            <translation>复制为纯文本</translation>
        </message>
        <message>
            <source>Copy code block</source>
            <translation>复制代码块</translation>
        </message>
        <message>
            <source>Select all</source>
            <translation>全选</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>继续</translation>
        </message>
        <message numerus="yes">
            <source>%n line(s)</source>
            <translation>
                <numerusform>%n 行</numerusform>
            </translation>
        </message>
        <message>
            <source>Show source</source>
            <translation>显示源文本</translation>
        </message>
        <message>
            <source>Show formatted</source>
            <translation>显示排版后的文本</translation>
        </message>
        <message>
            <source>Export message…</source>
            <translation>导出消息…</translation>
        </message>
        <message>
            <source>Export selection…</source>
            <translation>导出所选内容…</translation>
        </message>
        <message>
            <source>Pin to the context</source>
            <translation>固定在上下文中</translation>
        </message>
        <message>
            <source>Unpin from the context</source>
            <translation>取消固定</translation>
        </message>
        <message>
            <source>Open link</source>
            <translation>打开链接</translation>
        </message>
    </context>
    <context>
        <name>ModelChoice</name>
        <message>
            <source>Open a model</source>
            <translation>打开模型</translation>
        </message>
        <message>
            <source>GGUF models (*.gguf)</source>
            <translation>GGUF 模型 (*.gguf)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>Use “{file}” as a model?</source>
            <translation>要将“{file}”用作模型吗？</translation>
        </message>
        <message>
            <source>It is used where it lies: it is neither copied nor changed.</source>
            <translation>直接使用原位置的文件，不复制，不修改。</translation>
        </message>
        <message>
            <source>Use</source>
            <translation>使用</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Eject when unused</source>
            <translation>闲置时移出内存</translation>
        </message>
        <message>
            <source>Never</source>
            <translation>从不</translation>
        </message>
        <message numerus="yes">
            <source>After %n minute(s)</source>
            <translation>
                <numerusform>%n 分钟后</numerusform>
            </translation>
        </message>
        <message>
            <source>In memory</source>
            <translation>占用内存</translation>
        </message>
        <message>
            <source>All models…</source>
            <translation>所有模型…</translation>
        </message>
    </context>
    <context>
        <name>ModelStatusText</name>
        <message>
            <source>Choose a model</source>
            <translation>选择模型</translation>
        </message>
        <message>
            <source>Starting</source>
            <translation>正在启动</translation>
        </message>
        <message>
            <source>Loading {percent} %</source>
            <translation>正在加载 {percent}%</translation>
        </message>
        <message>
            <source>{place} · answering</source>
            <translation>{place} · 正在回答</translation>
        </message>
        <message>
            <source>Stopped</source>
            <translation>已停止</translation>
        </message>
        <message>
            <source>No model is loaded</source>
            <translation>未加载模型</translation>
        </message>
        <message>
            <source>Graphics card, {n_on_card} of {n_layers} layers</source>
            <translation>显卡，{n_layers} 层中的 {n_on_card} 层</translation>
        </message>
        <message numerus="yes">
            <source>Processor, %n thread(s)</source>
            <translation>
                <numerusform>处理器，%n 个线程</numerusform>
            </translation>
        </message>
        <message>
            <source>{place} · {speed} tokens/s</source>
            <translation>{place} · {speed} 词元/秒</translation>
        </message>
        <message>
            <source>Processor, as you chose</source>
            <translation>处理器，由您选定</translation>
        </message>
        <message>
            <source>Processor, because this version has no graphics support</source>
            <translation>处理器，因为此版本不支持显卡</translation>
        </message>
        <message>
            <source>Processor, because no graphics card was found</source>
            <translation>处理器，因为未找到显卡</translation>
        </message>
        <message>
            <source>Processor, because the graphics card has too little free memory</source>
            <translation>处理器，因为显卡的可用显存太少</translation>
        </message>
        <message>
            <source>Processor, because the graphics card or its driver failed</source>
            <translation>处理器，因为显卡或其驱动程序出错</translation>
        </message>
        <message>
            <source>Not in memory; your next message loads it</source>
            <translation>未在内存中；发送下一条消息时会自动加载</translation>
        </message>
        <message numerus="yes">
            <source>Loading {percent} %, %n second(s) left</source>
            <translation>
                <numerusform>正在加载 {percent}%，还剩 %n 秒</numerusform>
            </translation>
        </message>
        <message>
            <source>Graphics card, {n_on_card} of {n_layers} layers, the experts of {n_experts} of them in main memory</source>
            <translation>显卡，{n_layers} 层中的 {n_on_card} 层，其中 {n_experts} 层的专家在内存中</translation>
        </message>
    </context>
    <context>
        <name>ModelTalk</name>
        <message>
            <source>Your chat template for “{model}” has an error, so it is not used.</source>
            <translation>您为“{model}”编写的对话模板有错误，因此没有使用。</translation>
        </message>
        <message>
            <source>The chat template of “{model}” cannot be relied on, so a known good one is used.</source>
            <translation>“{model}”的对话模板不可靠，已改用可靠的模板。</translation>
        </message>
        <message>
            <source>“{model}” was not taught to chat: it goes on with what you write.</source>
            <translation>“{model}”没有学过对话：它会续写您的文字。</translation>
        </message>
        <message>
            <source>Chat template…</source>
            <translation>对话模板…</translation>
        </message>
    </context>
    <context>
        <name>NoticeBar</name>
        <message>
            <source>Details</source>
            <translation>详细信息</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>QueuedCard</name>
        <message>
            <source>Send now</source>
            <translation>立即发送</translation>
        </message>
        <message>
            <source>Edit</source>
            <translation>编辑</translation>
        </message>
        <message>
            <source>Do not send</source>
            <translation>不发送</translation>
        </message>
        <message>
            <source>Edit message</source>
            <translation>编辑消息</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Waiting: {text}</source>
            <translation>等待发送：{text}</translation>
        </message>
    </context>
    <context>
        <name>QueuedMessages</name>
        <message>
            <source>Sent after this answer</source>
            <translation>在此回答结束后发送</translation>
        </message>
        <message>
            <source>Not sent yet</source>
            <translation>尚未发送</translation>
        </message>
        <message numerus="yes">
            <source>%n more message(s)</source>
            <translation>
                <numerusform>还有 %n 条消息</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Remedies</name>
        <message>
            <source>This link cannot be opened from here.</source>
            <translation>无法从这里打开此链接。</translation>
        </message>
        <message>
            <source>Copy address</source>
            <translation>复制地址</translation>
        </message>
        <message>
            <source>Your settings could not be read, so Hearth uses its defaults; the old file was not deleted.</source>
            <translation>无法读取您的设置，Hearth 正在使用默认设置；原来的文件没有被删除。</translation>
        </message>
        <message>
            <source>The graphics card or its driver failed, so “{model}” runs on the processor and answers more slowly.</source>
            <translation>显卡或其驱动程序出错，因此“{model}”在处理器上运行，回答会慢一些。</translation>
        </message>
        <message>
            <source>There was less memory than expected, so “{model}” was loaded with a context of {n} tokens.</source>
            <translation>内存比预期少，因此“{model}”以 {n} 个词元的上下文加载。</translation>
        </message>
        <message>
            <source>Try the graphics card again</source>
            <translation>重新尝试使用显卡</translation>
        </message>
        <message>
            <source>The graphics card has too little free memory, so “{model}” runs on the processor.</source>
            <translation>显卡的可用显存太少，因此“{model}”在处理器上运行。</translation>
        </message>
        <message>
            <source>There was less memory than expected, so “{model}” was loaded with {n_on_card} of {n_layers} layers on the graphics card.</source>
            <translation>内存比预期少，因此“{model}”加载后 {n_layers} 层中有 {n_on_card} 层在显卡上。</translation>
        </message>
        <message>
            <source>There was less memory than expected, so “{model}” was loaded with {n_on_card} of {n_layers} layers on the graphics card and a context of {n} tokens.</source>
            <translation>内存比预期少，因此“{model}”加载后 {n_layers} 层中有 {n_on_card} 层在显卡上，上下文为 {n} 个词元。</translation>
        </message>
        <message>
            <source>There was less memory than expected, so “{model}” was loaded with {n_on_card} of {n_layers} layers on the graphics card and a KV cache of type {type}.</source>
            <translation>内存比预期少，因此“{model}”加载后 {n_layers} 层中有 {n_on_card} 层在显卡上，KV 缓存的类型为 {type}。</translation>
        </message>
        <message>
            <source>There was less memory than expected, so “{model}” was loaded with {n_on_card} of {n_layers} layers on the graphics card, a context of {n} tokens and a KV cache of type {type}.</source>
            <translation>内存比预期少，因此“{model}”加载后 {n_layers} 层中有 {n_on_card} 层在显卡上，上下文为 {n} 个词元，KV 缓存的类型为 {type}。</translation>
        </message>
        <message>
            <source>There was less memory than expected, so “{model}” was loaded with a KV cache of type {type}.</source>
            <translation>内存比预期少，因此“{model}”以类型为 {type} 的 KV 缓存加载。</translation>
        </message>
        <message>
            <source>There was less memory than expected, so “{model}” was loaded with a context of {n} tokens and a KV cache of type {type}.</source>
            <translation>内存比预期少，因此“{model}”以 {n} 个词元的上下文和类型为 {type} 的 KV 缓存加载。</translation>
        </message>
    </context>
    <context>
        <name>Sidebar</name>
        <message>
            <source>Theme, guide, shortcuts, about</source>
            <translation>主题、使用指南、快捷键、关于</translation>
        </message>
        <message>
            <source>New chat</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>Theme</source>
            <translation>主题</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Private chat, folder, tags</source>
            <translation>私密对话、文件夹、标签</translation>
        </message>
        <message>
            <source>Trash</source>
            <translation>回收站</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Prompt templates</source>
            <translation>提示词模板</translation>
        </message>
        <message>
            <source>High contrast, dark</source>
            <translation>高对比度，深色</translation>
        </message>
        <message>
            <source>High contrast, light</source>
            <translation>高对比度，浅色</translation>
        </message>
    </context>
    <context>
        <name>StartProblemDialog</name>
        <message>
            <source>Hearth cannot open your conversations</source>
            <translation>Hearth 无法打开您的对话</translation>
        </message>
        <message>
            <source>Details</source>
            <translation>详细信息</translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>退出</translation>
        </message>
        <message>
            <source>They have format {found}; Hearth {version} reads formats up to {supported}.</source>
            <translation>这些对话的格式版本是 {found}；Hearth {version} 最高能读取格式版本 {supported}。</translation>
        </message>
        <message>
            <source>To start with empty conversations elsewhere, run:</source>
            <translation>如果要在别处从空白对话开始，请运行：</translation>
        </message>
        <message>
            <source>hearth --data-dir FOLDER</source>
            <translation>hearth --data-dir 文件夹</translation>
        </message>
    </context>
    <context>
        <name>TagsDialog</name>
        <message>
            <source>Tags of this conversation</source>
            <translation>此对话的标签</translation>
        </message>
        <message numerus="yes">
            <source>Tags of %n conversation(s)</source>
            <translation>
                <numerusform>%n 个对话的标签</numerusform>
            </translation>
        </message>
        <message>
            <source>New tag</source>
            <translation>新标签</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>添加</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
    </context>
    <context>
        <name>TakenBack</name>
        <message numerus="yes">
            <source>%n message(s) will not be sent.</source>
            <translation>
                <numerusform>%n 条消息不会被发送。</numerusform>
            </translation>
        </message>
        <message>
            <source>The message will not be sent.</source>
            <translation>这条消息不会被发送。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
    </context>
    <context>
        <name>ThinkingButton</name>
        <message>
            <source>The model’s default</source>
            <translation>模型默认</translation>
        </message>
        <message>
            <source>Think before answering</source>
            <translation>先思考再回答</translation>
        </message>
        <message>
            <source>Answer at once</source>
            <translation>直接回答</translation>
        </message>
        <message>
            <source>No limit</source>
            <translation>不限</translation>
        </message>
        <message numerus="yes">
            <source>At most %n token(s) of thought</source>
            <translation>
                <numerusform>最多思考 %n 个词元</numerusform>
            </translation>
        </message>
        <message>
            <source>Thinking: off</source>
            <translation>思考：关</translation>
        </message>
        <message>
            <source>Thinking: up to {n} tokens</source>
            <translation>思考：最多 {n} 个词元</translation>
        </message>
        <message>
            <source>Thinking: on</source>
            <translation>思考：开</translation>
        </message>
        <message>
            <source>Thinking: default</source>
            <translation>思考：默认</translation>
        </message>
        <message>
            <source>Whether the model thinks before it answers, and for how long</source>
            <translation>模型是否先思考再回答，以及思考多久</translation>
        </message>
    </context>
    <context>
        <name>TopBar</name>
        <message>
            <source>Show the sidebar</source>
            <translation>显示侧边栏</translation>
        </message>
        <message>
            <source>New chat</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>Model: {name}. {words}</source>
            <translation>模型：{name}。{words}</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Reload</source>
            <translation>重新加载</translation>
        </message>
        <message>
            <source>Try the graphics card again</source>
            <translation>重新尝试使用显卡</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
    </context>
    <context>
        <name>TranscriptWords</name>
        <message>
            <source>Thinking…</source>
            <translation>思考中…</translation>
        </message>
        <message>
            <source>Thinking… {seconds} s</source>
            <translation>思考中… {seconds} 秒</translation>
        </message>
        <message>
            <source>Reasoning</source>
            <translation>思考过程</translation>
        </message>
        <message>
            <source>Thought for {minutes} min {seconds} s</source>
            <translation>思考了 {minutes} 分 {seconds} 秒</translation>
        </message>
        <message>
            <source>Show or hide the reasoning</source>
            <translation>显示或隐藏思考过程</translation>
        </message>
        <message numerus="yes">
            <source>Thought for %n second(s)</source>
            <translation>
                <numerusform>思考了 %n 秒</numerusform>
            </translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>{count} token</source>
            <translation>{count} 个词元</translation>
        </message>
        <message>
            <source>{count} tokens</source>
            <translation>{count} 个词元</translation>
        </message>
        <message>
            <source>{speed} tokens/s</source>
            <translation>{speed} 词元/秒</translation>
        </message>
        <message>
            <source>{seconds} s to first token</source>
            <translation>首个词元用时 {seconds} 秒</translation>
        </message>
        <message>
            <source>Stopped</source>
            <translation>已停止</translation>
        </message>
        <message>
            <source>Length limit</source>
            <translation>达到长度上限</translation>
        </message>
        <message>
            <source>Context full</source>
            <translation>上下文已满</translation>
        </message>
        <message>
            <source>This answer was interrupted.</source>
            <translation>此回答被中断。</translation>
        </message>
        <message>
            <source>There is no answer.</source>
            <translation>没有回答。</translation>
        </message>
        <message>
            <source>Reading {done} of {all} tokens</source>
            <translation>正在读取，已读 {done} / {all} 个词元</translation>
        </message>
        <message>
            <source>Code</source>
            <translation>代码</translation>
        </message>
        <message>
            <source>Copied</source>
            <translation>已复制</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>You: {text}</source>
            <translation>您：{text}</translation>
        </message>
        <message>
            <source>{model}: {text}</source>
            <translation>{model}：{text}</translation>
        </message>
        <message>
            <source>Conversation</source>
            <translation>对话</translation>
        </message>
        <message>
            <source>The model came to the end of its answer.</source>
            <translation>模型已完整作答。</translation>
        </message>
        <message>
            <source>The answer ended at a stop word.</source>
            <translation>回答遇到停止词而结束。</translation>
        </message>
        <message>
            <source>You stopped this answer.</source>
            <translation>您停止了此回答。</translation>
        </message>
        <message>
            <source>The answer reached the limit of its length.</source>
            <translation>回答达到了长度上限。</translation>
        </message>
        <message>
            <source>The conversation has filled the context.</source>
            <translation>对话已占满上下文。</translation>
        </message>
        <message>
            <source>{all} tokens read, {reused} of them known from before.</source>
            <translation>读取了 {all} 个词元，其中 {reused} 个此前已读过。</translation>
        </message>
        <message>
            <source>{number} / {count}</source>
            <translation>{number} / {count}</translation>
        </message>
        <message>
            <source>Regenerate</source>
            <translation>重新生成</translation>
        </message>
        <message>
            <source>Regenerate with another model</source>
            <translation>用其他模型重新生成</translation>
        </message>
        <message>
            <source>Continue</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Edit</source>
            <translation>编辑</translation>
        </message>
        <message>
            <source>Branch into a new conversation</source>
            <translation>分支为新对话</translation>
        </message>
        <message>
            <source>Remove message</source>
            <translation>移除消息</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message>
            <source>Previous version</source>
            <translation>上一个版本</translation>
        </message>
        <message>
            <source>Next version</source>
            <translation>下一个版本</translation>
        </message>
        <message>
            <source>Copy code: {language}</source>
            <translation>复制代码：{language}</translation>
        </message>
        <message>
            <source>Show the file</source>
            <translation>查看文件</translation>
        </message>
        <message>
            <source>Save code: {language}</source>
            <translation>保存代码：{language}</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>另存为…</translation>
        </message>
        <message numerus="yes">
            <source>The model no longer reads the %n message(s) above that are pale.</source>
            <translation>
                <numerusform>上方颜色变淡的 %n 条消息，模型已不再读取。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Summary of %n message(s) above, which the model reads in their place</source>
            <translation>
                <numerusform>以上 %n 条消息的摘要，模型读取它来代替原文</numerusform>
            </translation>
        </message>
        <message>
            <source>Take the summary back</source>
            <translation>撤回摘要</translation>
        </message>
        <message>
            <source>No longer read by the model. {message}</source>
            <translation>模型已不再读取。{message}</translation>
        </message>
        <message numerus="yes">
            <source>{reading}, %n second(s) left</source>
            <translation>
                <numerusform>{reading}，还剩 %n 秒</numerusform>
            </translation>
        </message>
        <message>
            <source>Repeated itself</source>
            <translation>内容重复</translation>
        </message>
        <message>
            <source>The model only repeated itself, so Hearth ended the answer.</source>
            <translation>模型一直在重复同样的内容，因此 Hearth 结束了这条回答。</translation>
        </message>
    </context>
    <context>
        <name>TrashListModel</name>
        <message numerus="yes">
            <source>{title}, deleted for ever in %n day(s)</source>
            <translation>
                <numerusform>{title}，%n 天后永久删除</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n day(s)</source>
            <translation>
                <numerusform>%n 天</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>TrashPanel</name>
        <message>
            <source>Back to conversations</source>
            <translation>返回对话列表</translation>
        </message>
        <message>
            <source>Esc</source>
            <translation>Esc</translation>
        </message>
        <message>
            <source>Conversations in the trash</source>
            <translation>回收站中的对话</translation>
        </message>
        <message>
            <source>Restore</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Delete for ever…</source>
            <translation>永久删除…</translation>
        </message>
        <message>
            <source>Empty trash…</source>
            <translation>清空回收站…</translation>
        </message>
        <message>
            <source>Conversations in the trash are deleted for ever after 30 days.</source>
            <translation>回收站中的对话会在 30 天后永久删除。</translation>
        </message>
        <message>
            <source>The trash is empty.</source>
            <translation>回收站是空的。</translation>
        </message>
    </context>
    <context>
        <name>Undo</name>
        <message numerus="yes">
            <source>%n conversation(s) moved to trash.</source>
            <translation>
                <numerusform>已将 %n 个对话移到回收站。</numerusform>
            </translation>
        </message>
        <message>
            <source>Moved to trash.</source>
            <translation>已移到回收站。</translation>
        </message>
        <message>
            <source>Folder “{name}” removed; its conversations are still in the list.</source>
            <translation>已移除文件夹“{name}”，其中的对话仍在列表中。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
    </context>
    <context>
        <name>UnsavedDialog</name>
        <message>
            <source>Some of what you wrote is not saved yet.</source>
            <translation>您写的内容有一部分尚未保存。</translation>
        </message>
        <message>
            <source>The disk may be full, or another program holds the file. If you quit now, it is lost.</source>
            <translation>磁盘可能已满，或者文件正被其他程序占用。如果现在退出，这部分内容将会丢失。</translation>
        </message>
        <message>
            <source>Quit anyway</source>
            <translation>仍然退出</translation>
        </message>
        <message>
            <source>Copy everything unsaved</source>
            <translation>复制所有未保存的内容</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
    </context>
    <context>
        <name>FindBar</name>
        <message>
            <source>Find in this conversation</source>
            <translation>在此对话中查找</translation>
        </message>
        <message>
            <source>Previous match</source>
            <translation>上一处</translation>
        </message>
        <message>
            <source>Next match</source>
            <translation>下一处</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>No match</source>
            <translation>没有找到</translation>
        </message>
        <message>
            <source>{n} of {total}</source>
            <translation>第 {n} 处，共 {total} 处</translation>
        </message>
    </context>
    <context>
        <name>Safekeeping</name>
        <message numerus="yes">
            <source>The file with your conversations was damaged and set aside; all %n conversation(s) are back.</source>
            <translation>
                <numerusform>对话文件已损坏并已另行保存；全部 %n 个对话均已恢复。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The file with your conversations was damaged and set aside; %n conversation(s) with {messages} messages are back, and what was written after {time} may be missing.</source>
            <translation>
                <numerusform>对话文件已损坏并已另行保存；已恢复 %n 个对话、{messages} 条消息，{time} 之后写下的内容可能缺失。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The file with your conversations was damaged and set aside; %n conversation(s) with {messages} messages are back, and others may be missing.</source>
            <translation>
                <numerusform>对话文件已损坏并已另行保存；已恢复 %n 个对话、{messages} 条消息，其余的可能缺失。</numerusform>
            </translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Hearth ended unexpectedly twice, so no conversation was opened and no model was loaded.</source>
            <translation>Hearth 连续两次意外退出，因此没有打开对话，也没有加载模型。</translation>
        </message>
        <message>
            <source>Open the last conversation</source>
            <translation>打开上一次的对话</translation>
        </message>
        <message>
            <source>The disk is full, so your conversations can be read but nothing can be saved.</source>
            <translation>磁盘已满，对话可以阅读，但无法保存任何内容。</translation>
        </message>
        <message>
            <source>The folder of your conversations is read-only, so they can be read but nothing can be saved; allow writing to it, then try again.</source>
            <translation>对话所在的文件夹是只读的，对话可以阅读，但无法保存任何内容；请允许写入后重试。</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>There are no conversations here, but a backup of {time}.</source>
            <translation>这里没有对话，但有一份 {time} 的备份。</translation>
        </message>
        <message>
            <source>Backups…</source>
            <translation>备份…</translation>
        </message>
        <message>
            <source>The disk is full and Hearth uses its last reserve; please free some space soon.</source>
            <translation>磁盘已满，Hearth 正在使用最后的预留空间；请尽快清理磁盘。</translation>
        </message>
        <message>
            <source>Copy what is not saved</source>
            <translation>复制未保存的内容</translation>
        </message>
        <message>
            <source>The disk takes long to answer; what you just wrote is not saved yet.</source>
            <translation>磁盘响应缓慢；您刚写下的内容尚未保存。</translation>
        </message>
        <message>
            <source>There is not enough space on the disk for a backup; free some space and try again.</source>
            <translation>磁盘空间不足，无法备份；请释放一些空间后重试。</translation>
        </message>
        <message>
            <source>A backup of your conversations could not be made; check that its folder may be written to.</source>
            <translation>无法备份您的对话；请检查备份文件夹是否可写。</translation>
        </message>
        <message numerus="yes">
            <source>%n conversation(s) came back from the backup.</source>
            <translation>
                <numerusform>已从备份中恢复 %n 个对话。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n message(s) came back from the backup.</source>
            <translation>
                <numerusform>已从备份中恢复 %n 条消息。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n prompt template(s), persona(s) or preset(s) came back from the backup.</source>
            <translation>
                <numerusform>已从备份中恢复 %n 个提示词模板、角色或预设。</numerusform>
            </translation>
        </message>
        <message>
            <source>Everything that is in this backup is here already.</source>
            <translation>这份备份中的内容现在都在，没有缺失。</translation>
        </message>
        <message>
            <source>The file with your conversations was damaged; they come back here in the next minutes.</source>
            <translation>保存对话的文件已损坏；对话会在接下来的几分钟内陆续恢复到这里。</translation>
        </message>
    </context>
    <context>
        <name>BackupsDialog</name>
        <message>
            <source>Backups</source>
            <translation>备份</translation>
        </message>
        <message>
            <source>Hearth keeps a copy of your conversations for each of the last 7 days and of the 4 weeks before, and the last 3 that you made.</source>
            <translation>Hearth 会为最近 7 天的每一天以及再往前 4 周的每一周各保留一份对话备份，并保留您最近手动创建的 3 份。</translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Back up now</source>
            <translation>立即备份</translation>
        </message>
        <message>
            <source>Restore…</source>
            <translation>恢复…</translation>
        </message>
        <message>
            <source>There is no backup yet; the first is made today.</source>
            <translation>还没有备份；今天会进行第一次备份。</translation>
        </message>
        <message>
            <source>daily</source>
            <translation>每日备份</translation>
        </message>
        <message>
            <source>made by you</source>
            <translation>手动备份</translation>
        </message>
        <message>
            <source>before an update</source>
            <translation>更新前</translation>
        </message>
        <message>
            <source>before an import</source>
            <translation>导入前</translation>
        </message>
        <message>
            <source>before a restore</source>
            <translation>恢复前</translation>
        </message>
        <message>
            <source>{time}, {reason}, {size}</source>
            <translation>{time}，{reason}，{size}</translation>
        </message>
        <message>
            <source>Bring back what is missing?</source>
            <translation>恢复缺失的内容？</translation>
        </message>
        <message>
            <source>Conversations and messages that this backup holds and that are gone come back; what is there stays as it is.</source>
            <translation>这份备份中有而现在缺失的对话和消息将会恢复；现有的内容保持不变。</translation>
        </message>
        <message>
            <source>Bring back</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Restoring…</source>
            <translation>正在恢复…</translation>
        </message>
    </context>
    <context>
        <name>AttachmentChips</name>
        <message>
            <source>Remove {name}</source>
            <translation>移除“{name}”</translation>
        </message>
        <message numerus="yes">
            <source>%n token(s)</source>
            <translation>
                <numerusform>%n 个词元</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Attaching</name>
        <message>
            <source>Attach files</source>
            <translation>添加文件</translation>
        </message>
        <message>
            <source>Pasted text.txt</source>
            <translation>粘贴的文字.txt</translation>
        </message>
        <message numerus="yes">
            <source>Only the first %n file(s) were attached.</source>
            <translation>
                <numerusform>只添加了前 %n 个文件。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>AttachmentDialog</name>
        <message>
            <source>Only the beginning is shown; Copy takes all of it.</source>
            <translation>这里只显示开头部分；“复制”会复制全部内容。</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>ConversationImport</name>
        <message>
            <source>Import the conversations in “{file}”?</source>
            <translation>导入“{file}”中的对话？</translation>
        </message>
        <message>
            <source>Only conversations are taken, no settings; nothing that is here is overwritten.</source>
            <translation>只导入对话，不导入任何设置；已有的内容不会被覆盖。</translation>
        </message>
        <message>
            <source>Import</source>
            <translation>导入</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
    </context>
    <context>
        <name>ImportDialog</name>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Choose a folder…</source>
            <translation>选择文件夹…</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Choose a file…</source>
            <translation>选择文件…</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Report</source>
            <translation>报告</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
        <message>
            <source>[A picture was here.]</source>
            <translation>[此处原有一张图片。]</translation>
        </message>
        <message>
            <source>[A file was here: {name}]</source>
            <translation>[此处原有一个文件：{name}]</translation>
        </message>
        <message>
            <source>Import conversations</source>
            <translation>导入对话</translation>
        </message>
        <message>
            <source>Hearth reads the exports of ChatGPT, Claude and Open WebUI, as a file or as the archive they came in, the folders of LM Studio, Jan and GPT4All, conversations of llama.cpp, and its own. Only conversations are taken, no settings; nothing that is here is overwritten.</source>
            <translation>Hearth 可以读取 ChatGPT、Claude 和 Open WebUI 的导出（文件或原始压缩包）、LM Studio、Jan 和 GPT4All 的文件夹、llama.cpp 的对话，以及 Hearth 自己的导出。只导入对话，不导入任何设置；已有的内容不会被覆盖。</translation>
        </message>
        <message>
            <source>Importing conversations</source>
            <translation>正在导入对话</translation>
        </message>
        <message>
            <source>From “{file}”. You can go on working meanwhile.</source>
            <translation>来自“{file}”。导入期间您可以继续使用 Hearth。</translation>
        </message>
        <message>
            <source>Making a backup first…</source>
            <translation>正在先做备份…</translation>
        </message>
        <message numerus="yes">
            <source>%n conversation(s) so far</source>
            <translation>
                <numerusform>已处理 %n 个对话</numerusform>
            </translation>
        </message>
        <message>
            <source>Import finished</source>
            <translation>导入完成</translation>
        </message>
        <message>
            <source>Nothing was imported</source>
            <translation>没有导入任何内容</translation>
        </message>
        <message>
            <source>Exports (*.json *.jsonl *.zip *.chat)</source>
            <translation>导出文件 (*.json *.jsonl *.zip *.chat)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
    </context>
    <context>
        <name>ReportText</name>
        <message numerus="yes">
            <source>%n conversation(s) imported.</source>
            <translation>
                <numerusform>已导入 %n 个对话。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n conversation(s) got messages that were missing.</source>
            <translation>
                <numerusform>为 %n 个已有的对话补上了缺少的消息。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n item(s) skipped.</source>
            <translation>
                <numerusform>跳过了 %n 项。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n picture(s) or file(s) left a note in their place.</source>
            <translation>
                <numerusform>有 %n 个图片或文件未能导入，原处留有说明。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n step(s) of tools were left out.</source>
            <translation>
                <numerusform>省略了 %n 个工具步骤。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n other file(s) hold no conversations.</source>
            <translation>
                <numerusform>另有 %n 个文件不含对话。</numerusform>
            </translation>
        </message>
        <message>
            <source>No conversations were found in “{file}”.</source>
            <translation>在“{file}”中没有找到对话。</translation>
        </message>
        <message>
            <source>You stopped the import; what had come in stays.</source>
            <translation>您停止了导入；已导入的内容会保留。</translation>
        </message>
        <message>
            <source>Reading stopped unexpectedly; what had come in stays.</source>
            <translation>读取意外中止；已导入的内容会保留。</translation>
        </message>
        <message>
            <source>… and {count} more</source>
            <translation>……还有 {count} 项</translation>
        </message>
        <message>
            <source>Untitled</source>
            <translation>无标题</translation>
        </message>
        <message numerus="yes">
            <source>“{name}” from {application}: %n message(s)</source>
            <translation>
                <numerusform>“{name}”，来自 {application}：%n 条消息</numerusform>
            </translation>
        </message>
        <message>
            <source>“{name}” is here already.</source>
            <translation>“{name}”已经在这里。</translation>
        </message>
        <message>
            <source>“{name}” has no messages.</source>
            <translation>“{name}”没有消息。</translation>
        </message>
        <message>
            <source>“{name}” is not a conversation.</source>
            <translation>“{name}”不是对话。</translation>
        </message>
        <message>
            <source>“{name}” holds no conversations that Hearth can read.</source>
            <translation>“{name}”不含 Hearth 能读取的对话。</translation>
        </message>
        <message>
            <source>“{name}” is damaged.</source>
            <translation>“{name}”已损坏。</translation>
        </message>
        <message>
            <source>“{name}” ends in the middle.</source>
            <translation>“{name}”不完整，中途结束。</translation>
        </message>
        <message>
            <source>“{name}” is too large.</source>
            <translation>“{name}”太大。</translation>
        </message>
        <message>
            <source>“{name}” is nested too deeply.</source>
            <translation>“{name}”嵌套层数过多。</translation>
        </message>
        <message>
            <source>“{name}” holds too many files.</source>
            <translation>“{name}”包含的文件太多。</translation>
        </message>
        <message>
            <source>“{name}” could not be read.</source>
            <translation>无法读取“{name}”。</translation>
        </message>
        <message>
            <source>“{name}” has a name that leads out of its archive.</source>
            <translation>“{name}”的路径指向压缩包之外。</translation>
        </message>
        <message>
            <source>“{name}” grows without end when it is unpacked.</source>
            <translation>“{name}”解压后会无限膨胀。</translation>
        </message>
        <message>
            <source>“{name}” was written by a newer version of its application.</source>
            <translation>“{name}”由其应用的更新版本写成。</translation>
        </message>
        <message>
            <source>“{name}” could not be saved.</source>
            <translation>无法保存“{name}”。</translation>
        </message>
    </context>
    <context>
        <name>SearchField</name>
        <message>
            <source>Search</source>
            <translation>搜索</translation>
        </message>
        <message>
            <source>Search all conversations</source>
            <translation>搜索所有对话</translation>
        </message>
        <message>
            <source>Where to search</source>
            <translation>搜索范围</translation>
        </message>
        <message>
            <source>Clear the search</source>
            <translation>清除搜索</translation>
        </message>
        <message>
            <source>Esc</source>
            <translation>Esc</translation>
        </message>
    </context>
    <context>
        <name>SearchPanel</name>
        <message>
            <source>What was found</source>
            <translation>搜索结果</translation>
        </message>
        <message>
            <source>Search everywhere</source>
            <translation>搜索全部内容</translation>
        </message>
        <message>
            <source>Only {where}; search everywhere</source>
            <translation>仅限 {where}；改为搜索全部内容</translation>
        </message>
        <message>
            <source>Nothing found here.</source>
            <translation>此范围内没有找到内容。</translation>
        </message>
        <message>
            <source>Nothing found in any conversation.</source>
            <translation>所有对话中都没有找到。</translation>
        </message>
        <message>
            <source>Older messages are still being prepared for the search.</source>
            <translation>较早的消息正在编入搜索索引，暂时可能找不到。</translation>
        </message>
    </context>
    <context>
        <name>SearchHitsModel</name>
        <message>
            <source>Show more titles</source>
            <translation>显示更多标题</translation>
        </message>
        <message>
            <source>Show older matches</source>
            <translation>显示更早的结果</translation>
        </message>
        <message>
            <source>Titles</source>
            <translation>标题</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>消息</translation>
        </message>
        <message>
            <source>New chat</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>{title}, {date}</source>
            <translation>{title}，{date}</translation>
        </message>
        <message>
            <source>You in {title}, {date}: {text}</source>
            <translation>您在“{title}”中，{date}：{text}</translation>
        </message>
        <message>
            <source>Answer in {title}, {date}: {text}</source>
            <translation>“{title}”中的回答，{date}：{text}</translation>
        </message>
    </context>
    <context>
        <name>SearchFilterMenu</name>
        <message>
            <source>Folder</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>All folders</source>
            <translation>所有文件夹</translation>
        </message>
        <message>
            <source>Tag</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>With and without tags</source>
            <translation>不限标签</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>All models</source>
            <translation>所有模型</translation>
        </message>
        <message>
            <source>Written by</source>
            <translation>发送者</translation>
        </message>
        <message>
            <source>When</source>
            <translation>时间</translation>
        </message>
        <message>
            <source>Search everywhere</source>
            <translation>搜索全部内容</translation>
        </message>
        <message>
            <source>Earlier</source>
            <translation>更早</translation>
        </message>
        <message>
            <source>Anyone</source>
            <translation>不限</translation>
        </message>
        <message>
            <source>Me</source>
            <translation>我</translation>
        </message>
        <message>
            <source>A model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>At any time</source>
            <translation>任何时间</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>Last 7 days</source>
            <translation>最近 7 天</translation>
        </message>
        <message>
            <source>Last 30 days</source>
            <translation>最近 30 天</translation>
        </message>
        <message>
            <source>This year</source>
            <translation>今年</translation>
        </message>
        <message>
            <source>Last year</source>
            <translation>去年</translation>
        </message>
    </context>
    <context>
        <name>ConversationExport</name>
        <message>
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Save as…</source>
            <translation>另存为…</translation>
        </message>
        <message>
            <source>Export everything</source>
            <translation>全部导出</translation>
        </message>
        <message>
            <source>Save code</source>
            <translation>保存代码</translation>
        </message>
        <message>
            <source>Export this conversation</source>
            <translation>导出此对话</translation>
        </message>
        <message>
            <source>Export this message</source>
            <translation>导出此消息</translation>
        </message>
        <message>
            <source>Export the selection</source>
            <translation>导出所选内容</translation>
        </message>
        <message>
            <source>The conversation is with the printer.</source>
            <translation>对话已发送到打印机。</translation>
        </message>
        <message>
            <source>Exported to “{name}”.</source>
            <translation>已导出到“{name}”。</translation>
        </message>
        <message>
            <source>Saved as “{name}”.</source>
            <translation>已保存为“{name}”。</translation>
        </message>
        <message>
            <source>Conversations</source>
            <translation>对话</translation>
        </message>
        <message numerus="yes">
            <source>Export %n conversation(s)</source>
            <translation>
                <numerusform>导出 %n 个对话</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ExportTexts</name>
        <message>
            <source>You</source>
            <translation>您</translation>
        </message>
        <message>
            <source>Answer</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>System prompt</source>
            <translation>系统提示词</translation>
        </message>
        <message>
            <source>Attachment</source>
            <translation>附件</translation>
        </message>
        <message>
            <source>Reasoning</source>
            <translation>思考过程</translation>
        </message>
        <message>
            <source>This answer was interrupted.</source>
            <translation>此回答被中断。</translation>
        </message>
        <message>
            <source>There is no answer.</source>
            <translation>没有回答。</translation>
        </message>
        <message>
            <source>Conversation</source>
            <translation>对话</translation>
        </message>
    </context>
    <context>
        <name>ExportDialog</name>
        <message>
            <source>Format</source>
            <translation>格式</translation>
        </message>
        <message>
            <source>Save as</source>
            <translation>保存为</translation>
        </message>
        <message>
            <source>Change…</source>
            <translation>更改…</translation>
        </message>
        <message>
            <source>Progress</source>
            <translation>进度</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Export</source>
            <translation>导出</translation>
        </message>
        <message>
            <source>to read and to print</source>
            <translation>适合阅读和打印</translation>
        </message>
        <message>
            <source>text with its marks, exactly as it was written</source>
            <translation>带标记的文本，与原文完全一致</translation>
        </message>
        <message>
            <source>a page for any browser</source>
            <translation>可用任何浏览器打开的网页</translation>
        </message>
        <message>
            <source>Plain text</source>
            <translation>纯文本</translation>
        </message>
        <message>
            <source>for any editor</source>
            <translation>可用任何编辑器打开</translation>
        </message>
        <message>
            <source>with all versions; Hearth can import it again</source>
            <translation>包含所有版本，可重新导入 Hearth</translation>
        </message>
        <message>
            <source>Hearth can import it again</source>
            <translation>可重新导入 Hearth</translation>
        </message>
        <message>
            <source>New folder</source>
            <translation>新文件夹</translation>
        </message>
        <message>
            <source>with a file for each conversation</source>
            <translation>每个对话一个文件</translation>
        </message>
        <message>
            <source>One file</source>
            <translation>单个文件</translation>
        </message>
        <message>
            <source>Where</source>
            <translation>位置</translation>
        </message>
        <message>
            <source>with all conversations</source>
            <translation>包含所有对话</translation>
        </message>
        <message>
            <source>an archive (.zip) with a file for each</source>
            <translation>压缩包（.zip），每个对话一个文件</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>To “{name}”. You can go on working meanwhile.</source>
            <translation>导出到“{name}”。您可以继续使用 Hearth。</translation>
        </message>
        <message>
            <source>Message {number} of {all}</source>
            <translation>第 {number} 条消息，共 {all} 条</translation>
        </message>
        <message>
            <source>Conversation {number} of {all}</source>
            <translation>第 {number} 个对话，共 {all} 个</translation>
        </message>
    </context>
    <context>
        <name>ContextGauge</name>
        <message>
            <source>Context: {used} of {n_ctx} tokens</source>
            <translation>上下文：{used} / {n_ctx} 个词元</translation>
        </message>
        <message>
            <source>{share} %</source>
            <translation>{share}%</translation>
        </message>
    </context>
    <context>
        <name>ContextPanel</name>
        <message>
            <source>Context</source>
            <translation>上下文</translation>
        </message>
        <message>
            <source>{used} of {n_ctx} tokens</source>
            <translation>{used} / {n_ctx} 个词元</translation>
        </message>
        <message>
            <source>Instructions and summary</source>
            <translation>指令和摘要</translation>
        </message>
        <message>
            <source>Instructions</source>
            <translation>指令</translation>
        </message>
        <message>
            <source>Pinned messages</source>
            <translation>固定的消息</translation>
        </message>
        <message>
            <source>Messages</source>
            <translation>消息</translation>
        </message>
        <message>
            <source>Written by the chat template</source>
            <translation>对话模板写入的内容</translation>
        </message>
        <message>
            <source>Free</source>
            <translation>空余</translation>
        </message>
        <message numerus="yes">
            <source>%n message(s), shown pale, are not read by the model.</source>
            <translation>
                <numerusform>有 %n 条颜色变淡的消息，模型不读取。</numerusform>
            </translation>
        </message>
        <message>
            <source>When it is full</source>
            <translation>上下文用满时</translation>
        </message>
        <message>
            <source>Do this in all chats</source>
            <translation>所有对话都这样做</translation>
        </message>
        <message>
            <source>Stop and tell me</source>
            <translation>停下来告诉我</translation>
        </message>
        <message>
            <source>Nothing is left out. You decide when there is no room for an answer.</source>
            <translation>不略去任何内容。没有空间回答时由您决定。</translation>
        </message>
        <message>
            <source>Leave out the oldest messages</source>
            <translation>略去最早的消息</translation>
        </message>
        <message>
            <source>They stay here, shown pale, and the model no longer reads them. Pinned messages stay.</source>
            <translation>它们仍显示在这里，颜色变淡，模型不再读取。固定的消息会保留。</translation>
        </message>
        <message>
            <source>Summarise the oldest messages</source>
            <translation>为最早的消息写摘要</translation>
        </message>
        <message>
            <source>The model writes a summary and reads it in their place. You see it and can take it back.</source>
            <translation>模型写一份摘要，并读取它来代替原文。您可以看到摘要，也可以撤回。</translation>
        </message>
        <message>
            <source>Answer in progress</source>
            <translation>正在生成的回答</translation>
        </message>
        <message>
            <source>Not sent yet</source>
            <translation>尚未发送</translation>
        </message>
    </context>
    <context>
        <name>ContextView</name>
        <message>
            <source>The answer has filled the context and stops here; choose what may be left out to let it go on.</source>
            <translation>回答已用满上下文，到此为止；选择可以略去的内容，就能继续。</translation>
        </message>
        <message>
            <source>Make room…</source>
            <translation>腾出空间…</translation>
        </message>
        <message>
            <source>The context is full: the model summarises the oldest messages, then it answers.</source>
            <translation>上下文已满：模型先为最早的消息写摘要，然后回答。</translation>
        </message>
        <message>
            <source>Summary taken back.</source>
            <translation>摘要已撤回。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
    </context>
    <context>
        <name>LoadChoicesDialog</name>
        <message>
            <source>How the model is loaded</source>
            <translation>模型的加载方式</translation>
        </message>
        <message>
            <source>Leave everything to Hearth</source>
            <translation>全部交给 Hearth 决定</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Use and reload</source>
            <translation>应用并重新加载</translation>
        </message>
        <message>
            <source>Keys in the context</source>
            <translation>上下文中的键（K）</translation>
        </message>
        <message>
            <source>Smaller types take less memory and are less exact.</source>
            <translation>较小的类型占用内存更少，但精度更低。</translation>
        </message>
        <message>
            <source>Values in the context</source>
            <translation>上下文中的值（V）</translation>
        </message>
        <message>
            <source>A type smaller than f16 needs flash attention.</source>
            <translation>小于 f16 的类型需要开启 Flash Attention。</translation>
        </message>
        <message>
            <source>Flash attention</source>
            <translation>Flash Attention</translation>
        </message>
        <message>
            <source>Less memory for long contexts, where the device can do it.</source>
            <translation>在设备支持时，长上下文占用的内存更少。</translation>
        </message>
        <message>
            <source>Automatic</source>
            <translation>自动</translation>
        </message>
        <message>
            <source>On</source>
            <translation>开</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>关</translation>
        </message>
        <message>
            <source>Conversations at once</source>
            <translation>同时进行的对话</translation>
        </message>
        <message>
            <source>How many are kept in memory and answered side by side; they share the context.</source>
            <translation>同时保留在内存中并行回答的对话数量，它们共用上下文。</translation>
        </message>
        <message>
            <source>Weights in memory</source>
            <translation>内存中的权重</translation>
        </message>
        <message>
            <source>Pages of the file load at once and can be let go; a copy cannot.</source>
            <translation>映射文件加载更快，内存紧张时可以释放；副本则不能。</translation>
        </message>
        <message>
            <source>Pages of the file</source>
            <translation>映射文件</translation>
        </message>
        <message>
            <source>A copy of the file</source>
            <translation>文件副本</translation>
        </message>
        <message>
            <source>Tokens that the model sees at once. “{model}” was trained for {n}.</source>
            <translation>模型一次能看到的词元数。“{model}”训练时为 {n}。</translation>
        </message>
        <message>
            <source>Context</source>
            <translation>上下文</translation>
        </message>
        <message>
            <source>Set to automatic, they leave room for other programs that are busy.</source>
            <translation>设为自动时，其他程序繁忙时会主动让出核心。</translation>
        </message>
        <message>
            <source>Threads of the processor</source>
            <translation>处理器线程数</translation>
        </message>
        <message>
            <source>Layers on the graphics card</source>
            <translation>显卡上的层数</translation>
        </message>
        <message>
            <source>The rest is computed by the processor.</source>
            <translation>其余各层由处理器计算。</translation>
        </message>
        <message>
            <source>None</source>
            <translation>无</translation>
        </message>
        <message>
            <source>Where the context is kept</source>
            <translation>上下文的存放位置</translation>
        </message>
        <message>
            <source>In main memory it leaves room for more layers, and is slower.</source>
            <translation>放在内存中可让显卡容纳更多层，但速度较慢。</translation>
        </message>
        <message>
            <source>With its layers</source>
            <translation>与所属的层一起</translation>
        </message>
        <message>
            <source>In main memory</source>
            <translation>放在内存中</translation>
        </message>
        <message>
            <source>Whole layers</source>
            <translation>按整层分配</translation>
        </message>
        <message>
            <source>Parts of each layer</source>
            <translation>拆分每一层</translation>
        </message>
        <message>
            <source>One card only</source>
            <translation>只用一块显卡</translation>
        </message>
        <message>
            <source>Several graphics cards</source>
            <translation>多块显卡</translation>
        </message>
        <message>
            <source>How they share the model.</source>
            <translation>模型如何分配到各块显卡。</translation>
        </message>
        <message>
            <source>First graphics card</source>
            <translation>主显卡</translation>
        </message>
        <message>
            <source>Used alone, or for what is not shared.</source>
            <translation>单独使用的显卡，或承担不拆分的部分。</translation>
        </message>
        <message>
            <source>Layers whose experts stay in main memory: a large model then fits a small card.</source>
            <translation>这些层的专家留在内存中，大模型因此能放进小显卡。</translation>
        </message>
        <message>
            <source>Experts in main memory</source>
            <translation>留在内存中的专家</translation>
        </message>
        <message>
            <source>Use</source>
            <translation>应用</translation>
        </message>
        <message>
            <source>A small model of the same vocabulary guesses ahead: the answer is the same and can come faster.</source>
            <translation>由词表相同的小模型先行猜测：回答不变，但可能更快。</translation>
        </message>
        <message>
            <source>A small model of the same vocabulary could guess ahead; there is none here.</source>
            <translation>词表相同的小模型可以先行猜测；这里没有这样的模型。</translation>
        </message>
        <message>
            <source>Draft model</source>
            <translation>草稿模型</translation>
        </message>
    </context>
    <context>
        <name>LoadMemory</name>
        <message>
            <source>Main memory</source>
            <translation>内存</translation>
        </message>
        <message>
            <source>{where}: about {needed} needed, {free} of {total} free.</source>
            <translation>{where}：约需 {needed}，共 {total}，可用 {free}。</translation>
        </message>
        <message>
            <source>{where}: {free} of {total} free.</source>
            <translation>{where}：共 {total}，可用 {free}。</translation>
        </message>
        <message>
            <source>That is too much, as {kept} stays free for the screen. Fewer layers or a shorter context take less.</source>
            <translation>这太多了，因为要为屏幕显示留出 {kept}。减少层数或缩短上下文可降低占用。</translation>
        </message>
        <message>
            <source>That is too much, as {kept} stays free for other programs. A shorter context or smaller model takes less.</source>
            <translation>这太多了，因为要为其他程序留出 {kept}。缩短上下文或换用较小的模型可降低占用。</translation>
        </message>
        <message>
            <source>{facts} {advice}</source>
            <translation>{facts}{advice}</translation>
        </message>
    </context>
    <context>
        <name>NumberSlider</name>
        <message>
            <source>Automatic</source>
            <translation>自动</translation>
        </message>
        <message>
            <source>{name}: automatic</source>
            <translation>{name}：自动</translation>
        </message>
    </context>
    <context>
        <name>UpgradeDialog</name>
        <message>
            <source>Preparing your conversations for this version</source>
            <translation>正在为新版本准备您的对话</translation>
        </message>
        <message>
            <source>First they are copied, and the copy is checked. Until that is done nothing is changed, so you may quit at any time.</source>
            <translation>首先复制对话，然后检查副本；在此完成之前不会更改任何内容，您可以随时退出。</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>退出</translation>
        </message>
        <message>
            <source>Step 1 of 2: {percent} % is copied.</source>
            <translation>第 1 步（共 2 步）：已复制 {percent}%。</translation>
        </message>
        <message>
            <source>Step 2 of 2: the copy is checked.</source>
            <translation>第 2 步（共 2 步）：正在检查副本。</translation>
        </message>
    </context>
    <context>
        <name>ModelsPage</name>
        <message>
            <source>Models</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Where to look for models</source>
            <translation>在哪里查找模型</translation>
        </message>
        <message>
            <source>On this computer</source>
            <translation>本机</translation>
        </message>
        <message>
            <source>Network</source>
            <translation>网络</translation>
        </message>
        <message>
            <source>Downloads {n}</source>
            <translation>下载 {n}</translation>
        </message>
        <message>
            <source>Downloads</source>
            <translation>下载</translation>
        </message>
    </context>
    <context>
        <name>ModelsPlace</name>
        <message>
            <source>“{model}” has been downloaded and checked.</source>
            <translation>“{model}”已下载并通过校验。</translation>
        </message>
        <message>
            <source>Use it</source>
            <translation>使用它</translation>
        </message>
        <message>
            <source>{percent} %</source>
            <translation>{percent}%</translation>
        </message>
    </context>
    <context>
        <name>FirstRun</name>
        <message>
            <source>“{model}” is ready and answers from now on.</source>
            <translation>“{model}”已就绪，从现在起由它回答。</translation>
        </message>
        <message>
            <source>Answer again with it</source>
            <translation>用它重新回答</translation>
        </message>
        <message>
            <source>“{model}” fits this computer and answers much better than the starter model ({size}).</source>
            <translation>“{model}”适合这台电脑，回答比入门模型好得多（{size}）。</translation>
        </message>
        <message>
            <source>Get it</source>
            <translation>获取</translation>
        </message>
    </context>
    <context>
        <name>ConnectionListModel</name>
        <message>
            <source>Search</source>
            <translation>搜索</translation>
        </message>
        <message>
            <source>Files of a model</source>
            <translation>模型的文件</translation>
        </message>
        <message>
            <source>Description of a model</source>
            <translation>模型的说明</translation>
        </message>
        <message>
            <source>Whether a model runs here</source>
            <translation>模型能否在此运行</translation>
        </message>
        <message>
            <source>Download</source>
            <translation>下载</translation>
        </message>
        <message>
            <source>Whose access token it is</source>
            <translation>访问令牌属于谁</translation>
        </message>
        <message>
            <source>Whether a site for models answers</source>
            <translation>模型站是否应答</translation>
        </message>
        <message>
            <source>Something else</source>
            <translation>其他</translation>
        </message>
        <message>
            <source>no answer</source>
            <translation>没有应答</translation>
        </message>
        <message>
            <source>{reason}: {model}</source>
            <translation>{reason}：{model}</translation>
        </message>
        <message>
            <source>{requests}, {size}</source>
            <translation>{requests}，{size}</translation>
        </message>
        <message>
            <source>{time}: {host}. {reason}. {amount}</source>
            <translation>{time}：{host}。{reason}。{amount}</translation>
        </message>
        <message numerus="yes">
            <source>%n request(s)</source>
            <translation>
                <numerusform>%n 次请求</numerusform>
            </translation>
        </message>
        <message>
            <source>Whether there is a newer version</source>
            <translation>是否有新版本</translation>
        </message>
    </context>
    <context>
        <name>ConnectionsCard</name>
        <message>
            <source>What Hearth has connected to</source>
            <translation>Hearth 的联网记录</translation>
        </message>
        <message>
            <source>Empty this list</source>
            <translation>清空此列表</translation>
        </message>
        <message>
            <source>Every connection is listed here, the last one first, and stays on this computer.</source>
            <translation>每次连接都列在这里，最近的在最前；此列表只保存在本机。</translation>
        </message>
        <message>
            <source>To nothing yet. Every connection will be listed here, and the list stays on this computer.</source>
            <translation>还没有联网记录。每次连接都会列在这里，此列表只保存在本机。</translation>
        </message>
    </context>
    <context>
        <name>EndpointRow</name>
        <message>
            <source>May get the access token</source>
            <translation>可接收访问令牌</translation>
        </message>
        <message>
            <source>Check {address}</source>
            <translation>检查 {address}</translation>
        </message>
        <message>
            <source>Try {address} earlier</source>
            <translation>上移 {address}</translation>
        </message>
        <message>
            <source>Try {address} later</source>
            <translation>下移 {address}</translation>
        </message>
        <message>
            <source>Remove {address}</source>
            <translation>移除 {address}</translation>
        </message>
        <message>
            <source>{address} may get the access token</source>
            <translation>{address} 可接收访问令牌</translation>
        </message>
    </context>
    <context>
        <name>EndpointsCard</name>
        <message>
            <source>Tried in this order: when one does not answer, the next is asked.</source>
            <translation>按此顺序尝试：前一个没有应答时，再尝试下一个。</translation>
        </message>
        <message>
            <source>The first one is set by HF_ENDPOINT. When one does not answer, the next is asked.</source>
            <translation>第一个由 HF_ENDPOINT 设定。前一个没有应答时，再尝试下一个。</translation>
        </message>
        <message>
            <source>Address of a site for models</source>
            <translation>模型站的地址</translation>
        </message>
        <message>
            <source>Add</source>
            <translation>添加</translation>
        </message>
        <message>
            <source>Where models come from</source>
            <translation>模型来源</translation>
        </message>
        <message>
            <source>It answers, and it is a site for models.</source>
            <translation>有应答，是模型站。</translation>
        </message>
        <message>
            <source>Asking…</source>
            <translation>正在查询…</translation>
        </message>
        <message>
            <source>Add the mirror {host}</source>
            <translation>添加镜像 {host}</translation>
        </message>
        <message>
            <source>This is not the address of a site for models, or it is there already.</source>
            <translation>这不是模型站的地址，或已在列表中。</translation>
        </message>
        <message numerus="yes">
            <source>No more than %n addresses can be kept. Remove one to add another.</source>
            <translation>
                <numerusform>最多保存 %n 个地址。请先移除一个，再添加新的。</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>OfflineCard</name>
        <message>
            <source>Stay offline</source>
            <translation>保持离线</translation>
        </message>
        <message>
            <source>Connect to no other computer</source>
            <translation>不连接任何其他电脑</translation>
        </message>
        <message>
            <source>Hearth was started with --offline and stays so until it ends.</source>
            <translation>Hearth 以 --offline 启动，退出前一直保持离线。</translation>
        </message>
        <message>
            <source>Nothing is sent or fetched, and downloads wait. Models on this computer answer as always.</source>
            <translation>不收发任何内容，下载会等待。本机的模型照常回答。</translation>
        </message>
        <message>
            <source>Hearth connects only for what you ask for: a search, a model, a check on this page.</source>
            <translation>只有在您要求时 Hearth 才会联网：搜索、获取模型，或在本页上检查。</translation>
        </message>
    </context>
    <context>
        <name>ProxyCard</name>
        <message>
            <source>Proxy</source>
            <translation>代理</translation>
        </message>
        <message>
            <source>Address of the proxy</source>
            <translation>代理的地址</translation>
        </message>
        <message>
            <source>Use</source>
            <translation>使用</translation>
        </message>
        <message>
            <source>Type the address of the proxy. Until then nothing changes.</source>
            <translation>请输入代理的地址。在此之前一切不变。</translation>
        </message>
        <message>
            <source>The system’s proxy</source>
            <translation>系统代理</translation>
        </message>
        <message>
            <source>None</source>
            <translation>不使用</translation>
        </message>
        <message>
            <source>Custom</source>
            <translation>自定义</translation>
        </message>
        <message>
            <source>Hearth connects directly, whatever this system says.</source>
            <translation>无论系统如何设置，Hearth 都直接连接。</translation>
        </message>
        <message>
            <source>A password in the address is kept in this system’s password store.</source>
            <translation>地址中的密码保存在系统的密码库里。</translation>
        </message>
        <message>
            <source>This system names no proxy, so Hearth connects directly.</source>
            <translation>系统没有指定代理，因此 Hearth 直接连接。</translation>
        </message>
        <message>
            <source>This is not the address of a proxy.</source>
            <translation>这不是代理的地址。</translation>
        </message>
        <message>
            <source>This system names {addresses}.</source>
            <translation>系统指定了 {addresses}。</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
    </context>
    <context>
        <name>TokenCard</name>
        <message>
            <source>Access token</source>
            <translation>访问令牌</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>Use the one in HF_TOKEN</source>
            <translation>使用 HF_TOKEN 中的令牌</translation>
        </message>
        <message>
            <source>Ask whose it is</source>
            <translation>查询它属于谁</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Remove the access token</source>
            <translation>移除访问令牌</translation>
        </message>
        <message>
            <source>Some models can be downloaded only by people who have agreed to their terms on Hugging Face. An access token shows who you are. It is sent for such models only, and only to addresses that may get it.</source>
            <translation>有些模型只有在 Hugging Face 上同意其条款的人才能下载。访问令牌用于证明您的身份。只有下载这类模型时才会发送，并且只发送到允许接收它的地址。</translation>
        </message>
        <message>
            <source>There is none.</source>
            <translation>没有访问令牌。</translation>
        </message>
        <message>
            <source>This system’s password store keeps it.</source>
            <translation>由系统的密码库保存。</translation>
        </message>
        <message>
            <source>This system has no secure password store: Hearth knows it until you quit, then it is forgotten.</source>
            <translation>此系统没有安全的密码库：Hearth 只在退出之前记住它，不会保存。</translation>
        </message>
        <message>
            <source>This system’s password store does not hand over the access token. Unlock the store, or enter the token again.</source>
            <translation>无法从系统的密码库中取得访问令牌。请解锁密码库，或重新输入。</translation>
        </message>
        <message>
            <source>Asking…</source>
            <translation>正在查询…</translation>
        </message>
        <message>
            <source>This is not an access token.</source>
            <translation>这不是访问令牌。</translation>
        </message>
        <message>
            <source>It belongs to {name}.</source>
            <translation>它属于 {name}。</translation>
        </message>
    </context>
    <context>
        <name>NetworkPage</name>
        <message>
            <source>Network</source>
            <translation>网络</translation>
        </message>
    </context>
    <context>
        <name>DownloadWords</name>
        <message>
            <source>{size}/s</source>
            <translation>{size}/秒</translation>
        </message>
        <message>
            <source>{s} s left</source>
            <translation>还剩 {s} 秒</translation>
        </message>
        <message>
            <source>{m} min {s} s left</source>
            <translation>还剩 {m} 分 {s} 秒</translation>
        </message>
        <message>
            <source>{m} min left</source>
            <translation>还剩 {m} 分钟</translation>
        </message>
        <message>
            <source>{h} h {m} min left</source>
            <translation>还剩 {h} 小时 {m} 分</translation>
        </message>
        <message>
            <source>Waits for its turn</source>
            <translation>排队中</translation>
        </message>
        <message>
            <source>Checking what is there…</source>
            <translation>正在检查已有内容…</translation>
        </message>
        <message>
            <source>Stalled: nothing is coming in</source>
            <translation>已停滞：没有收到数据</translation>
        </message>
        <message>
            <source>Checking that every byte is right…</source>
            <translation>正在校验每一个字节…</translation>
        </message>
        <message>
            <source>Paused</source>
            <translation>已暂停</translation>
        </message>
        <message>
            <source>Downloaded and verified</source>
            <translation>已下载并通过校验</translation>
        </message>
        <message>
            <source>Not downloaded</source>
            <translation>未下载</translation>
        </message>
        <message>
            <source>Waits for the network</source>
            <translation>正在等待网络</translation>
        </message>
        <message>
            <source>Waits, as Hugging Face has asked</source>
            <translation>应 Hugging Face 的要求稍候</translation>
        </message>
        <message>
            <source>Waits for room on the disk</source>
            <translation>正在等待磁盘空间</translation>
        </message>
        <message>
            <source>Waits for the disk</source>
            <translation>正在等待磁盘</translation>
        </message>
        <message>
            <source>Waits until the model is not used</source>
            <translation>等待模型空闲</translation>
        </message>
        <message>
            <source>Waits until you are online</source>
            <translation>等待取消离线</translation>
        </message>
        <message>
            <source>Starts again in a moment</source>
            <translation>即将重新开始</translation>
        </message>
        <message numerus="yes">
            <source>%n download(s), {size} to go</source>
            <translation>
                <numerusform>%n 个下载，还剩 {size}</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>DownloadCard</name>
        <message>
            <source>Progress of {model}</source>
            <translation>{model} 的进度</translation>
        </message>
        <message>
            <source>Order of downloads: {model}</source>
            <translation>下载顺序：{model}</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>Try again to download {model}</source>
            <translation>重新下载 {model}</translation>
        </message>
        <message>
            <source>Remove from the list</source>
            <translation>从列表中移除</translation>
        </message>
        <message>
            <source>Remove {model} from the list of downloads</source>
            <translation>将 {model} 从下载列表中移除</translation>
        </message>
        <message>
            <source>Start chat</source>
            <translation>开始对话</translation>
        </message>
        <message>
            <source>Start a chat with {model}</source>
            <translation>与 {model} 开始对话</translation>
        </message>
        <message>
            <source>Pause</source>
            <translation>暂停</translation>
        </message>
        <message>
            <source>Pause the download of {model}</source>
            <translation>暂停下载 {model}</translation>
        </message>
        <message>
            <source>Resume</source>
            <translation>继续</translation>
        </message>
        <message>
            <source>Resume the download of {model}</source>
            <translation>继续下载 {model}</translation>
        </message>
        <message>
            <source>Try now</source>
            <translation>立即重试</translation>
        </message>
        <message>
            <source>Try now to go on with {model}</source>
            <translation>立即重试下载 {model}</translation>
        </message>
        <message>
            <source>Remove models…</source>
            <translation>删除模型…</translation>
        </message>
        <message>
            <source>Remove models to make room for {model}</source>
            <translation>删除模型，为 {model} 腾出空间</translation>
        </message>
        <message>
            <source>Go online</source>
            <translation>取消离线</translation>
        </message>
        <message>
            <source>Go online to download {model}</source>
            <translation>取消离线以下载 {model}</translation>
        </message>
        <message>
            <source>Open its page…</source>
            <translation>打开其页面…</translation>
        </message>
        <message>
            <source>Open the page of {model}</source>
            <translation>打开 {model} 的页面</translation>
        </message>
        <message>
            <source>Network settings</source>
            <translation>网络设置</translation>
        </message>
        <message>
            <source>Network settings for {model}</source>
            <translation>{model} 的网络设置</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Cancel the download of {model}</source>
            <translation>取消下载 {model}</translation>
        </message>
        <message>
            <source>Choose again…</source>
            <translation>重新选择…</translation>
        </message>
        <message>
            <source>Choose again which {model} to download</source>
            <translation>重新选择要下载的 {model}</translation>
        </message>
    </context>
    <context>
        <name>DownloadsPage</name>
        <message>
            <source>Downloads</source>
            <translation>下载</translation>
        </message>
        <message>
            <source>Clear finished</source>
            <translation>清除已完成</translation>
        </message>
        <message>
            <source>What you download shows up here; find a model that fits this computer.</source>
            <translation>您下载的内容会显示在这里；找一个适合这台电脑的模型吧。</translation>
        </message>
        <message>
            <source>Find a model</source>
            <translation>查找模型</translation>
        </message>
        <message>
            <source>Resume all</source>
            <translation>全部继续</translation>
        </message>
        <message>
            <source>Pause all</source>
            <translation>全部暂停</translation>
        </message>
        <message>
            <source>Cancel the download of “{model}”?</source>
            <translation>取消下载“{model}”？</translation>
        </message>
        <message>
            <source>{size} has been downloaded and will be deleted. If you pause instead, it is kept and can go on at any time.</source>
            <translation>已下载的 {size} 将被删除。如果改为暂停，这部分会保留，随时可以继续。</translation>
        </message>
        <message>
            <source>Cancel and delete</source>
            <translation>取消并删除</translation>
        </message>
        <message>
            <source>Keep the download</source>
            <translation>保留下载</translation>
        </message>
        <message>
            <source>Download first</source>
            <translation>最先下载</translation>
        </message>
        <message>
            <source>Move up</source>
            <translation>上移</translation>
        </message>
        <message>
            <source>Move down</source>
            <translation>下移</translation>
        </message>
        <message>
            <source>Download last</source>
            <translation>最后下载</translation>
        </message>
    </context>
    <context>
        <name>LevelWords</name>
        <message>
            <source>Runs on the processor, about {n} tokens/s</source>
            <translation>在处理器上运行，约 {n} 词元/秒</translation>
        </message>
        <message>
            <source>Needs about {needed} of memory with a context of {n} tokens; {free} is free now.</source>
            <translation>上下文为 {n} 个词元时约需 {needed} 内存；现有 {free} 可用。</translation>
        </message>
        <message>
            <source>Small</source>
            <translation>小</translation>
        </message>
        <message>
            <source>Balanced</source>
            <translation>均衡</translation>
        </message>
        <message>
            <source>Large</source>
            <translation>大</translation>
        </message>
        <message>
            <source>Takes the least memory and is the fastest; answers are a little less exact.</source>
            <translation>占用内存最少，速度最快；回答的精确度略低。</translation>
        </message>
        <message>
            <source>Nearly as exact as the original at a fraction of its size.</source>
            <translation>精确度接近原始模型，体积却小得多。</translation>
        </message>
        <message>
            <source>As exact as it gets; needs the most memory and is slower.</source>
            <translation>精确度最高；需要的内存最多，速度较慢。</translation>
        </message>
        <message>
            <source>Too large: needs {needed}, and {free} is free</source>
            <translation>太大：需要 {needed}，可用 {free}</translation>
        </message>
        <message>
            <source>Runs fully on your graphics card, about {n} tokens/s</source>
            <translation>完全在显卡上运行，约 {n} 词元/秒</translation>
        </message>
        <message>
            <source>Partly on your graphics card: {some} of {all} layers, about {n} tokens/s</source>
            <translation>部分在显卡上运行：{all} 层中的 {some} 层，约 {n} 词元/秒</translation>
        </message>
        <message>
            <source>Runs on the processor, slowly: about {n} tokens/s</source>
            <translation>在处理器上运行，较慢：约 {n} 词元/秒</translation>
        </message>
        <message>
            <source>Runs on the processor</source>
            <translation>在处理器上运行</translation>
        </message>
        <message>
            <source>too large for this computer</source>
            <translation>对这台电脑来说太大</translation>
        </message>
        <message>
            <source>runs fully on your graphics card</source>
            <translation>完全在显卡上运行</translation>
        </message>
        <message>
            <source>runs partly on your graphics card</source>
            <translation>部分在显卡上运行</translation>
        </message>
        <message>
            <source>runs on the processor</source>
            <translation>在处理器上运行</translation>
        </message>
        <message>
            <source>runs on the processor, slowly</source>
            <translation>在处理器上运行，较慢</translation>
        </message>
        <message>
            <source>Runs fully on your graphics card</source>
            <translation>完全在显卡上运行</translation>
        </message>
        <message>
            <source>Partly on your graphics card: {some} of {all} layers</source>
            <translation>部分在显卡上运行：{all} 层中的 {some} 层</translation>
        </message>
        <message>
            <source>Runs on the processor, slowly</source>
            <translation>在处理器上运行，较慢</translation>
        </message>
        <message>
            <source>Licence of its own</source>
            <translation>自有许可证</translation>
        </message>
        <message>
            <source>about {size}</source>
            <translation>约 {size}</translation>
        </message>
        <message>
            <source>{n} parameters</source>
            <translation>{n} 参数</translation>
        </message>
        <message>
            <source>context {n}</source>
            <translation>上下文 {n}</translation>
        </message>
        <message numerus="yes">
            <source>about %n hour(s)</source>
            <translation>
                <numerusform>约 %n 小时</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n minute(s)</source>
            <translation>
                <numerusform>约 %n 分钟</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n second(s)</source>
            <translation>
                <numerusform>约 %n 秒</numerusform>
            </translation>
        </message>
        <message>
            <source>Partly on your graphics card, the rest in main memory; about {n} tokens/s</source>
            <translation>部分在显卡上运行，其余在内存中；约 {n} 词元/秒</translation>
        </message>
        <message>
            <source>Partly on your graphics card, the rest in main memory</source>
            <translation>部分在显卡上运行，其余在内存中</translation>
        </message>
        <message>
            <source>It was made to look at pictures, too; Hearth talks to it in words only.</source>
            <translation>它也能看图；Hearth 只用文字与它交流。</translation>
        </message>
    </context>
    <context>
        <name>FirstCard</name>
        <message>
            <source>{facts}. The starter model below can answer right away, but it is tiny.</source>
            <translation>{facts}。下面的入门模型可以立即回答，但它很小。</translation>
        </message>
        <message>
            <source>{done} of {total}</source>
            <translation>{done} / {total}</translation>
        </message>
        <message>
            <source>You can write meanwhile: the starter model answers, and afterwards the new one can answer again.</source>
            <translation>这期间可以继续写：先由入门模型回答，之后可以让新模型重新回答。</translation>
        </message>
        <message>
            <source>Get it</source>
            <translation>获取</translation>
        </message>
        <message>
            <source>Something else</source>
            <translation>看看别的</translation>
        </message>
        <message>
            <source>Show downloads</source>
            <translation>查看下载</translation>
        </message>
        <message>
            <source>Do not show this again</source>
            <translation>不再显示</translation>
        </message>
        <message>
            <source>A good fit for this computer</source>
            <translation>适合这台电脑的模型</translation>
        </message>
        <message>
            <source>{model} is there</source>
            <translation>{model} 已下载</translation>
        </message>
        <message>
            <source>{model} is on its way</source>
            <translation>正在下载 {model}</translation>
        </message>
        <message>
            <source>{model} could not be downloaded</source>
            <translation>{model} 未能下载</translation>
        </message>
        <message>
            <source>The download is paused.</source>
            <translation>下载已暂停。</translation>
        </message>
        <message>
            <source>Nothing has come for a while; it goes on as soon as something does.</source>
            <translation>有一会儿没有收到数据了；一有数据就会继续。</translation>
        </message>
        <message>
            <source>The download waits, and goes on by itself.</source>
            <translation>下载在等待，会自行继续。</translation>
        </message>
        <message>
            <source>The download has failed.</source>
            <translation>下载失败。</translation>
        </message>
        <message>
            <source>Every byte is being checked.</source>
            <translation>正在校验每个字节。</translation>
        </message>
        <message>
            <source>It is checked and being loaded.</source>
            <translation>校验完毕，正在加载。</translation>
        </message>
        <message>
            <source>I already have models</source>
            <translation>我已有模型</translation>
        </message>
        <message>
            <source>Get {model}</source>
            <translation>获取 {model}</translation>
        </message>
        <message>
            <source>Recommended</source>
            <translation>推荐</translation>
        </message>
        <message>
            <source>{duration} to download</source>
            <translation>下载{duration}</translation>
        </message>
        <message>
            <source>Asking for the files of {model}…</source>
            <translation>正在查询 {model} 的文件…</translation>
        </message>
        <message>
            <source>{duration} left</source>
            <translation>还剩{duration}</translation>
        </message>
        <message numerus="yes">
            <source>I already have models: %n found</source>
            <translation>
                <numerusform>我已有模型：找到 %n 个</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>RepositoryWords</name>
        <message>
            <source>Vision model</source>
            <translation>视觉模型</translation>
        </message>
        <message>
            <source>For search only</source>
            <translation>仅用于检索</translation>
        </message>
        <message>
            <source>Base model</source>
            <translation>基础模型</translation>
        </message>
        <message>
            <source>It goes on with a text and was not taught to chat.</source>
            <translation>它会续写文本，没有学过对话。</translation>
        </message>
        <message>
            <source>Agreement needed</source>
            <translation>需要同意条款</translation>
        </message>
        <message>
            <source>Its makers ask for your agreement on its page.</source>
            <translation>作者要求先在其页面上同意条款。</translation>
        </message>
        <message>
            <source>Finds texts that are alike; it does not chat.</source>
            <translation>用来寻找相似的文本，不能对话。</translation>
        </message>
        <message>
            <source>updated {date}</source>
            <translation>更新于 {date}</translation>
        </message>
        <message numerus="yes">
            <source>{n} download(s)</source>
            <translation>
                <numerusform>下载量 {n}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{n} like(s)</source>
            <translation>
                <numerusform>点赞 {n}</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ResultsModel</name>
        <message>
            <source>Loading…</source>
            <translation>正在加载…</translation>
        </message>
        <message>
            <source>Show more</source>
            <translation>显示更多</translation>
        </message>
    </context>
    <context>
        <name>HubPage</name>
        <message>
            <source>Searching…</source>
            <translation>正在搜索…</translation>
        </message>
        <message>
            <source>Show what is popular</source>
            <translation>查看热门模型</translation>
        </message>
        <message>
            <source>Models that were found</source>
            <translation>找到的模型</translation>
        </message>
        <message>
            <source>Nothing was found with these filters.</source>
            <translation>没有符合这些筛选条件的模型。</translation>
        </message>
        <message>
            <source>Clear the filters</source>
            <translation>清除筛选条件</translation>
        </message>
        <message>
            <source>Nothing was found; try fewer or other words.</source>
            <translation>没有找到；请减少或更换关键词。</translation>
        </message>
        <message numerus="yes">
            <source>%n model(s), and more</source>
            <translation>
                <numerusform>%n 个模型，还有更多</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n model(s)</source>
            <translation>
                <numerusform>%n 个模型</numerusform>
            </translation>
        </message>
        <message>
            <source>Nothing leaves this computer before you search or press a button.</source>
            <translation>搜索或按下按钮之前，不会有任何内容离开这台电脑。</translation>
        </message>
    </context>
    <context>
        <name>HubField</name>
        <message>
            <source>Search Hugging Face: words, owner/name, or an address</source>
            <translation>搜索模型：关键词、作者/名称或网址</translation>
        </message>
        <message>
            <source>Search Hugging Face</source>
            <translation>搜索 Hugging Face</translation>
        </message>
        <message>
            <source>Clear the search</source>
            <translation>清除搜索内容</translation>
        </message>
    </context>
    <context>
        <name>HubFilters</name>
        <message>
            <source>Order</source>
            <translation>排序</translation>
        </message>
        <message>
            <source>Purpose</source>
            <translation>用途</translation>
        </message>
        <message>
            <source>Language of the model</source>
            <translation>模型的语言</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>Fits this computer</source>
            <translation>适合这台电脑</translation>
        </message>
        <message>
            <source>Trending</source>
            <translation>近期热门</translation>
        </message>
        <message>
            <source>Most downloads</source>
            <translation>下载最多</translation>
        </message>
        <message>
            <source>Most likes</source>
            <translation>获赞最多</translation>
        </message>
        <message>
            <source>Last updated</source>
            <translation>最近更新</translation>
        </message>
        <message>
            <source>Newest</source>
            <translation>最新</translation>
        </message>
        <message>
            <source>Any purpose</source>
            <translation>任何用途</translation>
        </message>
        <message>
            <source>Chat</source>
            <translation>对话</translation>
        </message>
        <message>
            <source>Code</source>
            <translation>代码</translation>
        </message>
        <message>
            <source>Vision model</source>
            <translation>视觉模型</translation>
        </message>
        <message>
            <source>For search only</source>
            <translation>仅用于检索</translation>
        </message>
        <message>
            <source>Any language</source>
            <translation>任何语言</translation>
        </message>
        <message>
            <source>Any licence</source>
            <translation>任何许可证</translation>
        </message>
    </context>
    <context>
        <name>HubTrouble</name>
        <message>
            <source>Go online</source>
            <translation>取消离线</translation>
        </message>
    </context>
    <context>
        <name>OfferCard</name>
        <message>
            <source>Comes with {file} ({size}) for pictures; Hearth itself talks to it in words only.</source>
            <translation>附带用于图像的 {file}（{size}）；Hearth 只用文字与它交流。</translation>
        </message>
        <message>
            <source>{done} of {total}</source>
            <translation>{done} / {total}</translation>
        </message>
        <message>
            <source>Get</source>
            <translation>获取</translation>
        </message>
        <message>
            <source>Get {model}, {size}</source>
            <translation>获取 {model}，{size}</translation>
        </message>
        <message>
            <source>Recommended</source>
            <translation>推荐</translation>
        </message>
        <message>
            <source>The best fit for this computer.</source>
            <translation>最适合这台电脑。</translation>
        </message>
        <message>
            <source>Vision model</source>
            <translation>视觉模型</translation>
        </message>
        <message>
            <source>Start chat</source>
            <translation>开始对话</translation>
        </message>
        <message>
            <source>Start a chat with {model}, {size}</source>
            <translation>与 {model}（{size}）开始对话</translation>
        </message>
        <message>
            <source>Show download</source>
            <translation>查看下载</translation>
        </message>
        <message>
            <source>Show the download of {model}, {size}</source>
            <translation>查看 {model}（{size}）的下载</translation>
        </message>
        <message>
            <source>Best fit</source>
            <translation>最合适</translation>
        </message>
        <message>
            <source>On this computer</source>
            <translation>已在本机</translation>
        </message>
    </context>
    <context>
        <name>OfferLists</name>
        <message>
            <source>Sizes</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>All files</source>
            <translation>所有文件</translation>
        </message>
    </context>
    <context>
        <name>RepositoryHead</name>
        <message>
            <source>This is a base model: it goes on with a text, and was not taught to answer in a conversation.</source>
            <translation>这是基础模型：它会续写文本，没有学过在对话中回答。</translation>
        </message>
        <message>
            <source>Back to the results</source>
            <translation>返回搜索结果</translation>
        </message>
        <message>
            <source>Esc</source>
            <translation>Esc</translation>
        </message>
        <message>
            <source>Open its page</source>
            <translation>打开其页面</translation>
        </message>
        <message>
            <source>Its makers decide who gets it: open its page, sign in and ask; then save an access token under Network.</source>
            <translation>由作者决定谁能获取：请打开其页面，登录并申请；然后在“网络”中保存访问令牌。</translation>
        </message>
        <message>
            <source>It asks you to agree to terms: open its page, sign in and agree; then save an access token under Network.</source>
            <translation>使用前需同意条款：请打开其页面，登录并同意；然后在“网络”中保存访问令牌。</translation>
        </message>
    </context>
    <context>
        <name>RepositoryView</name>
        <message>
            <source>Asking for what its makers say…</source>
            <translation>正在查询作者的介绍…</translation>
        </message>
        <message>
            <source>What to show of it</source>
            <translation>显示哪些内容</translation>
        </message>
        <message>
            <source>Sizes</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>All files</source>
            <translation>所有文件</translation>
        </message>
        <message>
            <source>About</source>
            <translation>介绍</translation>
        </message>
        <message>
            <source>Its makers have written nothing about it.</source>
            <translation>作者没有写介绍。</translation>
        </message>
        <message>
            <source>Asking for {name}…</source>
            <translation>正在查询 {name}…</translation>
        </message>
        <message>
            <source>Hearth cannot run anything here; choose a model that has GGUF files.</source>
            <translation>这里没有 Hearth 能运行的内容；请选择带 GGUF 文件的模型。</translation>
        </message>
    </context>
    <context>
        <name>LocalBar</name>
        <message>
            <source>Filter your models</source>
            <translation>筛选您的模型</translation>
        </message>
        <message>
            <source>Clear the filter</source>
            <translation>清除筛选</translation>
        </message>
        <message>
            <source>Last used first</source>
            <translation>最近使用优先</translation>
        </message>
        <message>
            <source>By name</source>
            <translation>按名称</translation>
        </message>
        <message>
            <source>Largest first</source>
            <translation>最大的优先</translation>
        </message>
        <message>
            <source>Order of the models</source>
            <translation>模型的排列顺序</translation>
        </message>
        <message>
            <source>Find models on this computer…</source>
            <translation>查找本机上的模型…</translation>
        </message>
        <message>
            <source>More</source>
            <translation>更多</translation>
        </message>
        <message numerus="yes">
            <source>%n model(s), {size}</source>
            <translation>
                <numerusform>%n 个模型，{size}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{some} of %n model(s)</source>
            <translation>
                <numerusform>%n 个模型中的 {some} 个</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LocalWords</name>
        <message>
            <source>used today</source>
            <translation>今天用过</translation>
        </message>
        <message>
            <source>used yesterday</source>
            <translation>昨天用过</translation>
        </message>
        <message>
            <source>used on {date}</source>
            <translation>{date} 用过</translation>
        </message>
        <message>
            <source>Comes with Hearth and works without any connection. It is tiny and meant for trying out.</source>
            <translation>随 Hearth 附带，不联网也能用。它很小，仅供试用。</translation>
        </message>
        <message>
            <source>Used where {application} keeps it: neither copied nor changed.</source>
            <translation>使用 {application} 已下载的文件，不复制，不修改。</translation>
        </message>
        <message>
            <source>{n} parameters</source>
            <translation>{n} 参数</translation>
        </message>
        <message>
            <source>from {repository}</source>
            <translation>来自 {repository}</translation>
        </message>
        <message>
            <source>{model}, {details}</source>
            <translation>{model}，{details}</translation>
        </message>
        <message>
            <source>{model}, favourite</source>
            <translation>{model}，已收藏</translation>
        </message>
        <message>
            <source>{model}, in memory</source>
            <translation>{model}，在内存中</translation>
        </message>
        <message numerus="yes">
            <source>used %n day(s) ago</source>
            <translation>
                <numerusform>%n 天前用过</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>LocalCard</name>
        <message>
            <source>In memory</source>
            <translation>在内存中</translation>
        </message>
        <message>
            <source>Quantization: how its numbers are kept</source>
            <translation>量化：数值的存储方式</translation>
        </message>
        <message>
            <source>From {application}</source>
            <translation>来自 {application}</translation>
        </message>
        <message>
            <source>Vision model</source>
            <translation>视觉模型</translation>
        </message>
        <message>
            <source>For search only</source>
            <translation>仅用于检索</translation>
        </message>
        <message>
            <source>Newer version</source>
            <translation>有新版本</translation>
        </message>
        <message>
            <source>Hugging Face has a newer version.</source>
            <translation>Hugging Face 上有更新的版本。</translation>
        </message>
        <message>
            <source>Start chat</source>
            <translation>开始对话</translation>
        </message>
        <message>
            <source>Start a chat with {model}</source>
            <translation>与 {model} 开始对话</translation>
        </message>
        <message>
            <source>How it is loaded…</source>
            <translation>加载方式…</translation>
        </message>
        <message>
            <source>How {model} is loaded</source>
            <translation>{model} 的加载方式</translation>
        </message>
        <message>
            <source>No longer a favourite: {model}</source>
            <translation>取消收藏：{model}</translation>
        </message>
        <message>
            <source>Make a favourite: {model}</source>
            <translation>收藏：{model}</translation>
        </message>
        <message>
            <source>More about {model}</source>
            <translation>关于 {model} 的更多操作</translation>
        </message>
        <message>
            <source>{meaning} Its projector lies beside it: {file}</source>
            <translation>{meaning}投影器文件在同一文件夹中：{file}</translation>
        </message>
    </context>
    <context>
        <name>LocalPage</name>
        <message>
            <source>No model here has “{words}” in its name or note.</source>
            <translation>没有名称或备注中含有“{words}”的模型。</translation>
        </message>
        <message>
            <source>Show all models</source>
            <translation>显示所有模型</translation>
        </message>
        <message>
            <source>There are better models than this one</source>
            <translation>还有比它更好的模型</translation>
        </message>
        <message>
            <source>Get one that fits this computer, or use those that another application has got.</source>
            <translation>下载一个适合这台电脑的模型，或使用其他应用已有的模型。</translation>
        </message>
        <message>
            <source>Look on Hugging Face</source>
            <translation>去 Hugging Face 看看</translation>
        </message>
        <message>
            <source>Models on this computer</source>
            <translation>本机上的模型</translation>
        </message>
    </context>
    <context>
        <name>LocalDeeds</name>
        <message>
            <source>Details…</source>
            <translation>详细信息…</translation>
        </message>
        <message>
            <source>Write a note…</source>
            <translation>写备注…</translation>
        </message>
        <message>
            <source>Change the note…</source>
            <translation>修改备注…</translation>
        </message>
        <message>
            <source>Show in folder</source>
            <translation>在文件夹中显示</translation>
        </message>
        <message>
            <source>Copy the path</source>
            <translation>复制路径</translation>
        </message>
        <message>
            <source>Look for the newer version</source>
            <translation>查看新版本</translation>
        </message>
        <message>
            <source>Show on Hugging Face</source>
            <translation>在 Hugging Face 上查看</translation>
        </message>
        <message>
            <source>Eject</source>
            <translation>移出内存</translation>
        </message>
        <message>
            <source>No longer use models of {application}</source>
            <translation>不再使用 {application} 的模型</translation>
        </message>
        <message>
            <source>Move to the system’s trash…</source>
            <translation>移到系统回收站…</translation>
        </message>
        <message>
            <source>Move “{model}” to your system’s trash?</source>
            <translation>把“{model}”移到系统回收站？</translation>
        </message>
        <message>
            <source>Move to the system’s trash</source>
            <translation>移到系统回收站</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>“{model}” is in your system’s trash; {size} becomes free when you empty it.</source>
            <translation>“{model}”已移到系统回收站；清空后可释放 {size}。</translation>
        </message>
        <message>
            <source>Open file…</source>
            <translation>打开文件…</translation>
        </message>
        <message>
            <source>Model folders…</source>
            <translation>模型文件夹…</translation>
        </message>
        <message>
            <source>Look again</source>
            <translation>重新扫描</translation>
        </message>
        <message>
            <source>Open a model</source>
            <translation>打开模型</translation>
        </message>
        <message>
            <source>GGUF models (*.gguf)</source>
            <translation>GGUF 模型 (*.gguf)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message numerus="yes">
            <source>Its %n file(s) can be brought back from your system’s trash; {size} becomes free when that is emptied.</source>
            <translation>
                <numerusform>它的 %n 个文件可以从系统回收站恢复；清空回收站后可释放 {size}。</numerusform>
            </translation>
        </message>
        <message>
            <source>“{model}” is in your system’s trash.</source>
            <translation>“{model}”已移到系统回收站。</translation>
        </message>
        <message numerus="yes">
            <source>Its %n file(s) can be brought back from your system’s trash until that is emptied.</source>
            <translation>
                <numerusform>清空系统回收站之前，可以从中恢复它的 %n 个文件。</numerusform>
            </translation>
        </message>
        <message>
            <source>Remove from the list</source>
            <translation>从列表中移除</translation>
        </message>
    </context>
    <context>
        <name>ModelDetailsDialog</name>
        <message>
            <source>Show in folder</source>
            <translation>在文件夹中显示</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Save</source>
            <translation>保存</translation>
        </message>
        <message>
            <source>What is known of the model</source>
            <translation>模型的信息</translation>
        </message>
        <message>
            <source>File</source>
            <translation>文件</translation>
        </message>
        <message>
            <source>Size</source>
            <translation>大小</translation>
        </message>
        <message>
            <source>Also lies in</source>
            <translation>也存放在</translation>
        </message>
        <message>
            <source>Belongs to</source>
            <translation>属于</translation>
        </message>
        <message>
            <source>Last used</source>
            <translation>上次使用</translation>
        </message>
        <message>
            <source>Speed here</source>
            <translation>本机速度</translation>
        </message>
        <message>
            <source>{n} tokens/s</source>
            <translation>{n} 词元/秒</translation>
        </message>
        <message>
            <source>Projector</source>
            <translation>投影器</translation>
        </message>
        <message>
            <source>Draft model</source>
            <translation>草稿模型</translation>
        </message>
        <message>
            <source>Draft file beside it</source>
            <translation>同一文件夹中的草稿文件</translation>
        </message>
        <message>
            <source>Quantization</source>
            <translation>量化</translation>
        </message>
        <message>
            <source>Name in the file</source>
            <translation>文件中的名称</translation>
        </message>
        <message>
            <source>Architecture</source>
            <translation>架构</translation>
        </message>
        <message>
            <source>Parameters</source>
            <translation>参数量</translation>
        </message>
        <message>
            <source>Layers</source>
            <translation>层数</translation>
        </message>
        <message>
            <source>Vocabulary</source>
            <translation>词表</translation>
        </message>
        <message>
            <source>{n} tokens</source>
            <translation>{n} 个词元</translation>
        </message>
        <message>
            <source>Context</source>
            <translation>上下文</translation>
        </message>
        <message>
            <source>Licence</source>
            <translation>许可证</translation>
        </message>
        <message>
            <source>From</source>
            <translation>来源</translation>
        </message>
        <message>
            <source>Revision</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>SHA-256</source>
            <translation>SHA-256</translation>
        </message>
        <message>
            <source>Your note</source>
            <translation>您的备注</translation>
        </message>
        <message>
            <source>What it is good at, say</source>
            <translation>例如它擅长什么</translation>
        </message>
        <message numerus="yes">
            <source>{size} in %n file(s)</source>
            <translation>
                <numerusform>{size}，%n 个文件</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ModelFoldersDialog</name>
        <message>
            <source>Model folders</source>
            <translation>模型文件夹</translation>
        </message>
        <message>
            <source>Models are used where they are, and new ones in these folders appear by themselves.</source>
            <translation>模型在原处使用；放进这些文件夹的新模型会自动出现。</translation>
        </message>
        <message>
            <source>Remove from the list</source>
            <translation>移除</translation>
        </message>
        <message>
            <source>Open folder</source>
            <translation>打开文件夹</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Add a folder…</source>
            <translation>添加文件夹…</translation>
        </message>
        <message>
            <source>{folder}: not there now</source>
            <translation>{folder}：现在不可用</translation>
        </message>
        <message>
            <source>Downloads go here.</source>
            <translation>下载的模型放在这里。</translation>
        </message>
        <message>
            <source>Its disk is not connected, or the folder was moved; its models come back with it.</source>
            <translation>磁盘没有连接，或文件夹已移走；恢复后模型会重新出现。</translation>
        </message>
        <message>
            <source>It holds more files than are looked at, so models may be missing: choose a folder inside it.</source>
            <translation>其中的文件太多，没有全部扫描，可能缺少模型：请选择里面的某个文件夹。</translation>
        </message>
        <message>
            <source>When you take it out, its files stay where they are.</source>
            <translation>移除后，其中的文件仍留在原处。</translation>
        </message>
        <message>
            <source>It belongs to {application}, and is only read.</source>
            <translation>它属于 {application}，只读取，不修改。</translation>
        </message>
        <message>
            <source>A folder with models</source>
            <translation>放模型的文件夹</translation>
        </message>
        <message numerus="yes">
            <source>{folder}: %n model(s), {size}</source>
            <translation>
                <numerusform>{folder}：%n 个模型，{size}</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FoundModelsDialog</name>
        <message>
            <source>Models on this computer</source>
            <translation>本机上的模型</translation>
        </message>
        <message>
            <source>Looking where other applications keep their models…</source>
            <translation>正在查找其他应用存放模型的位置…</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Use them</source>
            <translation>使用这些模型</translation>
        </message>
        <message>
            <source>No models of LM Studio, Ollama, GPT4All, Jan, llama.cpp or the Hugging Face cache were found here.</source>
            <translation>没有找到 LM Studio、Ollama、GPT4All、Jan、llama.cpp 或 Hugging Face 缓存中的模型。</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Hearth uses them where they are: it never copies, changes or deletes them.</source>
            <translation>Hearth 在原处使用它们，绝不复制、修改或删除。</translation>
        </message>
        <message numerus="yes">
            <source>{application}: %n model(s), {size}</source>
            <translation>
                <numerusform>{application}：%n 个模型，{size}</numerusform>
            </translation>
        </message>
        <message>
            <source>and {n} more</source>
            <translation>还有 {n} 个</translation>
        </message>
    </context>
    <context>
        <name>LoadSettings</name>
        <message>
            <source>{model}, {size}</source>
            <translation>{model}，{size}</translation>
        </message>
    </context>
    <context>
        <name>DraftTrouble</name>
        <message>
            <source>“{file}” has another vocabulary and cannot guess for this model, which was loaded without it.</source>
            <translation>“{file}”的词表不同，无法用作此模型的草稿模型；模型已在不使用它的情况下加载。</translation>
        </message>
        <message>
            <source>“{file}” cannot guess for this model, which cannot take back a wrong guess; it was loaded alone.</source>
            <translation>“{file}”无法用作草稿模型，因为此模型无法收回猜错的内容；模型已单独加载。</translation>
        </message>
        <message>
            <source>“{file}” cannot be used as a draft model; the model was loaded without it.</source>
            <translation>“{file}”不能用作草稿模型；模型已在不使用它的情况下加载。</translation>
        </message>
        <message>
            <source>Choose another…</source>
            <translation>另选一个…</translation>
        </message>
    </context>
    <context>
        <name>Palette</name>
        <message>
            <source>Nothing fits these letters.</source>
            <translation>没有匹配的项目。</translation>
        </message>
    </context>
    <context>
        <name>PromptForm</name>
        <message>
            <source>What will be sent</source>
            <translation>将要发送的内容</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Insert</source>
            <translation>插入</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
        </message>
        <message>
            <source>Write a number.</source>
            <translation>请填写数字。</translation>
        </message>
        <message>
            <source>At least {number}.</source>
            <translation>不能小于 {number}。</translation>
        </message>
        <message>
            <source>At most {number}.</source>
            <translation>不能大于 {number}。</translation>
        </message>
        <message>
            <source>Write a day as in {day}.</source>
            <translation>请按 {day} 的格式填写日期。</translation>
        </message>
        <message>
            <source>Choose one of the list.</source>
            <translation>请从列表中选择。</translation>
        </message>
        <message>
            <source>This is needed.</source>
            <translation>此项必填。</translation>
        </message>
        <message>
            <source>Choose a text file</source>
            <translation>选择文本文件</translation>
        </message>
        <message>
            <source>The template’s instructions apply if this chat has none of its own.</source>
            <translation>如果此对话还没有自己的指令，将采用模板附带的指令。</translation>
        </message>
        <message>
            <source>Its instructions are for a new chat; here only the text is used.</source>
            <translation>模板附带的指令只用于新对话；这里只使用它的文本。</translation>
        </message>
    </context>
    <context>
        <name>FieldRow</name>
        <message>
            <source>{name} (optional)</source>
            <translation>{name}（可选）</translation>
        </message>
        <message>
            <source>From a file…</source>
            <translation>从文件读取…</translation>
        </message>
        <message>
            <source>None</source>
            <translation>无</translation>
        </message>
    </context>
    <context>
        <name>DayField</name>
        <message>
            <source>as in {day}</source>
            <translation>例如 {day}</translation>
        </message>
        <message>
            <source>Choose from a calendar: {name}</source>
            <translation>从日历中选择：{name}</translation>
        </message>
    </context>
    <context>
        <name>DayPopup</name>
        <message>
            <source>Month before</source>
            <translation>上个月</translation>
        </message>
        <message>
            <source>Next month</source>
            <translation>下个月</translation>
        </message>
        <message>
            <source>Page Up</source>
            <translation>Page Up</translation>
        </message>
        <message>
            <source>Page Down</source>
            <translation>Page Down</translation>
        </message>
        <message>
            <source>Today</source>
            <translation>今天</translation>
        </message>
        <message>
            <source>MMMM yyyy</source>
            <translation>yyyy年M月</translation>
        </message>
    </context>
    <context>
        <name>PromptsPlace</name>
        <message>
            <source>Choose a prompt template</source>
            <translation>选择提示词模板</translation>
        </message>
        <message>
            <source>Prompt templates</source>
            <translation>提示词模板</translation>
        </message>
        <message>
            <source>The instructions of this template are for a new chat; here only its text is used.</source>
            <translation>此模板附带的指令只用于新对话；这里只使用它的文本。</translation>
        </message>
    </context>
    <context>
        <name>StartPage</name>
        <message>
            <source>Look at it</source>
            <translation>查看</translation>
        </message>
        <message>
            <source>Look at {model}</source>
            <translation>查看 {model}</translation>
        </message>
        <message>
            <source>Recommended</source>
            <translation>推荐</translation>
        </message>
        <message>
            <source>The best fit for this computer.</source>
            <translation>最适合这台电脑。</translation>
        </message>
        <message>
            <source>Chat</source>
            <translation>对话</translation>
        </message>
        <message>
            <source>Code</source>
            <translation>代码</translation>
        </message>
        <message>
            <source>Vision model</source>
            <translation>视觉模型</translation>
        </message>
        <message>
            <source>Reasoning</source>
            <translation>推理</translation>
        </message>
        <message>
            <source>Good models for this computer</source>
            <translation>适合这台电脑的模型</translation>
        </message>
        <message numerus="yes">
            <source>%n language(s)</source>
            <translation>
                <numerusform>%n 种语言</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>FieldEditor</name>
        <message>
            <source>Kind of “{name}”</source>
            <translation>“{name}”的类型</translation>
        </message>
        <message>
            <source>A choice that holds a semicolon stands in quotes.</source>
            <translation>含有分号的选项用引号括起来。</translation>
        </message>
        <message>
            <source>Required</source>
            <translation>必填</translation>
        </message>
    </context>
    <context>
        <name>TemplateEditor</name>
        <message>
            <source>Title</source>
            <translation>标题</translation>
        </message>
        <message>
            <source>Folder</source>
            <translation>文件夹</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Variables</source>
            <translation>变量</translation>
        </message>
        <message>
            <source>Write {{name}} where a value is to be asked for; it is put in as it is.</source>
            <translation>在需要填写内容的地方写 {{name}}；填写的内容会原样插入。</translation>
        </message>
        <message>
            <source>Try it</source>
            <translation>试用</translation>
        </message>
        <message>
            <source>Earlier versions…</source>
            <translation>历史版本…</translation>
        </message>
        <message>
            <source>Only the first {number} variables can be described here; the others are asked for all the same.</source>
            <translation>此处只能设置前 {number} 个变量；其余变量仍会询问。</translation>
        </message>
        <message>
            <source>Instructions for a new chat with it (optional)</source>
            <translation>用于新对话的指令（可选）</translation>
        </message>
    </context>
    <context>
        <name>RemovedDialog</name>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Bring back</source>
            <translation>恢复</translation>
        </message>
        <message>
            <source>Text</source>
            <translation>文本</translation>
        </message>
        <message>
            <source>Nothing was removed within the last 30 days.</source>
            <translation>最近 30 天内没有移除任何内容。</translation>
        </message>
        <message>
            <source>Removed on {moment}; it can be brought back for 30 days.</source>
            <translation>于 {moment} 移除；30 天内可以恢复。</translation>
        </message>
    </context>
    <context>
        <name>TemplateVersionsDialog</name>
        <message>
            <source>Earlier versions of “{title}”</source>
            <translation>“{title}”的历史版本</translation>
        </message>
        <message>
            <source>Versions</source>
            <translation>版本</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Bring back</source>
            <translation>恢复此版本</translation>
        </message>
        <message>
            <source>Differences</source>
            <translation>差异</translation>
        </message>
        <message>
            <source>until {moment}</source>
            <translation>截至 {moment}</translation>
        </message>
        <message>
            <source>This template has not been changed yet.</source>
            <translation>此模板尚未修改过。</translation>
        </message>
        <message>
            <source>Lines with − were there then, lines with + are there now.</source>
            <translation>带 − 的行是当时的内容，带 + 的行是现在的内容。</translation>
        </message>
    </context>
    <context>
        <name>CollectionPlace</name>
        <message>
            <source>Several files could not be imported; the details say why.</source>
            <translation>有多个文件无法导入，原因见详情。</translation>
        </message>
    </context>
    <context>
        <name>PromptsPage</name>
        <message numerus="yes">
            <source>%n template(s) removed.</source>
            <translation>
                <numerusform>已移除 %n 个模板。</numerusform>
            </translation>
        </message>
        <message>
            <source>Removed prompt templates</source>
            <translation>已移除的提示词模板</translation>
        </message>
        <message>
            <source>New template</source>
            <translation>新模板</translation>
        </message>
        <message>
            <source>{title} (copy)</source>
            <translation>{title}（副本）</translation>
        </message>
        <message>
            <source>“{title}” was removed.</source>
            <translation>已移除“{title}”。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Import prompt templates</source>
            <translation>导入提示词模板</translation>
        </message>
        <message>
            <source>Prompt templates (*.json *.md *.txt)</source>
            <translation>提示词模板 (*.json *.md *.txt)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>it cannot be read as a template</source>
            <translation>无法作为模板读取</translation>
        </message>
        <message>
            <source>it has no text</source>
            <translation>没有文本</translation>
        </message>
        <message>
            <source>it is too long</source>
            <translation>内容过长</translation>
        </message>
        <message>
            <source>it was written by a newer Hearth</source>
            <translation>由更新版本的 Hearth 写入</translation>
        </message>
        <message>
            <source>a variable is declared in a way that is not known</source>
            <translation>变量的声明方式无法识别</translation>
        </message>
        <message>
            <source>Export prompt templates</source>
            <translation>导出提示词模板</translation>
        </message>
        <message>
            <source>All my templates (*.json)</source>
            <translation>我的全部模板 (*.json)</translation>
        </message>
        <message>
            <source>This template as Markdown (*.md)</source>
            <translation>将此模板存为 Markdown (*.md)</translation>
        </message>
        <message>
            <source>Prompt templates</source>
            <translation>提示词模板</translation>
        </message>
        <message>
            <source>Filter templates</source>
            <translation>筛选模板</translation>
        </message>
        <message numerus="yes">
            <source>%n template(s) imported.</source>
            <translation>
                <numerusform>已导入 %n 个模板。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n skipped; the details say why.</source>
            <translation>
                <numerusform>跳过 %n 个，原因请查看“详细信息”。</numerusform>
            </translation>
        </message>
        <message>
            <source>Saved as “{name}”.</source>
            <translation>已保存为“{name}”。</translation>
        </message>
        <message>
            <source>Clear the filter</source>
            <translation>清除筛选</translation>
        </message>
    </context>
    <context>
        <name>Commands</name>
        <message>
            <source>What do you want to do?</source>
            <translation>您想做什么？</translation>
        </message>
    </context>
    <context>
        <name>ShortcutsDialog</name>
        <message>
            <source>Keyboard shortcuts</source>
            <translation>快捷键</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>To change a shortcut, click its keys here, then press the new ones.</source>
            <translation>要更改快捷键，请先点击这里的按键，再按新的按键。</translation>
        </message>
        <message>
            <source>Restore all default keys</source>
            <translation>全部恢复默认按键</translation>
        </message>
        <message>
            <source>Use it here</source>
            <translation>改用于此</translation>
        </message>
        <message>
            <source>“{keys}” is for editing text; choose another one.</source>
            <translation>“{keys}”用于编辑文字，请换一个。</translation>
        </message>
        <message>
            <source>“{keys}” is for writing; choose one with Ctrl or Alt.</source>
            <translation>“{keys}”用于输入文字，请选带 Ctrl 或 Alt 的按键。</translation>
        </message>
        <message>
            <source>“{keys}” belongs to “{action}”.</source>
            <translation>“{keys}”已用于“{action}”。</translation>
        </message>
        <message>
            <source>Find what it does, or a key</source>
            <translation>查找功能或按键</translation>
        </message>
    </context>
    <context>
        <name>SettingTexts</name>
        <message>
            <source>Appearance</source>
            <translation>外观</translation>
        </message>
        <message>
            <source>Answers</source>
            <translation>回答</translation>
        </message>
        <message>
            <source>Models</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Network</source>
            <translation>网络</translation>
        </message>
        <message>
            <source>Your data</source>
            <translation>您的数据</translation>
        </message>
        <message>
            <source>Theme</source>
            <translation>主题</translation>
        </message>
        <message>
            <source>Light, dark, or as the system has it at the moment.</source>
            <translation>浅色、深色，或跟随系统当前的设置。</translation>
        </message>
        <message>
            <source>Language</source>
            <translation>语言</translation>
        </message>
        <message>
            <source>Of the menus and messages; you can write to models in any language.</source>
            <translation>菜单和提示的语言；与模型对话可以使用任何语言。</translation>
        </message>
        <message>
            <source>Size of the text</source>
            <translation>文字大小</translation>
        </message>
        <message>
            <source>Everything else grows with it.</source>
            <translation>其他元素随之缩放。</translation>
        </message>
        <message>
            <source>When a conversation gets too long</source>
            <translation>对话过长时</translation>
        </message>
        <message>
            <source>What happens when a model cannot read all of it any more; each conversation can have its own choice.</source>
            <translation>当模型无法再读取全部内容时如何处理；每个对话可以单独选择。</translation>
        </message>
        <message>
            <source>Thinking</source>
            <translation>思考</translation>
        </message>
        <message>
            <source>For models that can think before they answer.</source>
            <translation>适用于能够先思考再回答的模型。</translation>
        </message>
        <message>
            <source>Longest thought</source>
            <translation>思考长度上限</translation>
        </message>
        <message>
            <source>After that the model begins its answer.</source>
            <translation>达到上限后模型开始回答。</translation>
        </message>
        <message>
            <source>Eject unused models</source>
            <translation>闲置模型移出内存</translation>
        </message>
        <message>
            <source>The next question brings the model back.</source>
            <translation>下次提问时会重新加载模型。</translation>
        </message>
        <message>
            <source>Remember what models have read</source>
            <translation>保存模型已读内容</translation>
        </message>
        <message>
            <source>Long conversations then continue at once. What is kept is on this disk, and nothing is lost when it is deleted.</source>
            <translation>这样长对话可以立即继续。它保存在本机磁盘上，删除后不会丢失任何内容。</translation>
        </message>
        <message>
            <source>Stay offline</source>
            <translation>保持离线</translation>
        </message>
        <message>
            <source>Connect to no other computer, whatever is pressed.</source>
            <translation>无论点击什么，都不连接其他电脑。</translation>
        </message>
        <message>
            <source>{percent} %</source>
            <translation>{percent}%</translation>
        </message>
        <message>
            <source>Never</source>
            <translation>从不</translation>
        </message>
        <message>
            <source>Up to {n} GiB</source>
            <translation>最多 {n} GiB</translation>
        </message>
        <message>
            <source>No</source>
            <translation>不保存</translation>
        </message>
        <message>
            <source>No limit</source>
            <translation>不限</translation>
        </message>
        <message>
            <source>As the system</source>
            <translation>跟随系统</translation>
        </message>
        <message>
            <source>Light</source>
            <translation>浅色</translation>
        </message>
        <message>
            <source>Dark</source>
            <translation>深色</translation>
        </message>
        <message>
            <source>Stop and tell me</source>
            <translation>停下来告诉我</translation>
        </message>
        <message>
            <source>Leave out the oldest messages</source>
            <translation>略去最早的消息</translation>
        </message>
        <message>
            <source>Summarise the oldest messages</source>
            <translation>为最早的消息写摘要</translation>
        </message>
        <message>
            <source>The model’s default</source>
            <translation>模型默认</translation>
        </message>
        <message>
            <source>Think first</source>
            <translation>先思考</translation>
        </message>
        <message>
            <source>Answer at once</source>
            <translation>直接回答</translation>
        </message>
        <message numerus="yes">
            <source>After %n minute(s)</source>
            <translation>
                <numerusform>%n 分钟后</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>At most %n token(s)</source>
            <translation>
                <numerusform>最多 %n 个词元</numerusform>
            </translation>
        </message>
        <message>
            <source>Accent</source>
            <translation>强调色</translation>
        </message>
        <message>
            <source>The colour of what comes next, and of where you are.</source>
            <translation>用来标出下一步和当前位置的颜色。</translation>
        </message>
        <message>
            <source>Density</source>
            <translation>疏密</translation>
        </message>
        <message>
            <source>How much room there is between things.</source>
            <translation>界面各部分之间的间距。</translation>
        </message>
        <message>
            <source>Width of the text</source>
            <translation>正文宽度</translation>
        </message>
        <message>
            <source>How long a line of a conversation gets at most.</source>
            <translation>对话中每行文字的最大宽度。</translation>
        </message>
        <message>
            <source>Font</source>
            <translation>字体</translation>
        </message>
        <message>
            <source>Of everything but code.</source>
            <translation>除代码外的所有文字。</translation>
        </message>
        <message>
            <source>Font of code</source>
            <translation>代码字体</translation>
        </message>
        <message>
            <source>Motion</source>
            <translation>动画</translation>
        </message>
        <message>
            <source>Panels and notices come and go in a tenth of a second.</source>
            <translation>面板和提示在十分之一秒内出现或消失。</translation>
        </message>
        <message>
            <source>Narrow</source>
            <translation>窄</translation>
        </message>
        <message>
            <source>Usual</source>
            <translation>适中</translation>
        </message>
        <message>
            <source>Medium</source>
            <translation>中等</translation>
        </message>
        <message>
            <source>{n} pixels</source>
            <translation>{n} 像素</translation>
        </message>
        <message>
            <source>On</source>
            <translation>开</translation>
        </message>
        <message>
            <source>Off</source>
            <translation>关</translation>
        </message>
        <message>
            <source>High contrast, dark</source>
            <translation>高对比度，深色</translation>
        </message>
        <message>
            <source>High contrast, light</source>
            <translation>高对比度，浅色</translation>
        </message>
        <message>
            <source>Ember</source>
            <translation>余烬橙</translation>
        </message>
        <message>
            <source>Rose</source>
            <translation>玫瑰红</translation>
        </message>
        <message>
            <source>Violet</source>
            <translation>紫罗兰</translation>
        </message>
        <message>
            <source>Blue</source>
            <translation>蓝色</translation>
        </message>
        <message>
            <source>Teal</source>
            <translation>青色</translation>
        </message>
        <message>
            <source>Graphite</source>
            <translation>石墨灰</translation>
        </message>
        <message>
            <source>Comfortable</source>
            <translation>宽松</translation>
        </message>
        <message>
            <source>Compact</source>
            <translation>紧凑</translation>
        </message>
        <message>
            <source>Window and desktop</source>
            <translation>窗口与桌面</translation>
        </message>
        <message>
            <source>Tell me when something is ready</source>
            <translation>完成时通知</translation>
        </message>
        <message>
            <source>A long answer or a download, while you are in another program. Nothing of a conversation is shown.</source>
            <translation>您在使用其他程序时，较长的回答或下载完成后会通知。通知里不含任何对话内容。</translation>
        </message>
        <message>
            <source>Icon beside the clock</source>
            <translation>时钟旁的图标</translation>
        </message>
        <message>
            <source>Where the system has a place for it.</source>
            <translation>系统有相应位置时显示。</translation>
        </message>
        <message>
            <source>Keep running when the window is closed</source>
            <translation>关闭窗口后继续运行</translation>
        </message>
        <message>
            <source>With the icon beside the clock, which brings the window back.</source>
            <translation>需要时钟旁的图标，点按它可以重新打开窗口。</translation>
        </message>
        <message>
            <source>Look for newer versions</source>
            <translation>查找新版本</translation>
        </message>
        <message>
            <source>Once a day, when Hearth starts. It asks which version is the latest, and sends nothing about you.</source>
            <translation>每天一次，在 Hearth 启动时。只询问最新版本号，不发送任何关于您的信息。</translation>
        </message>
        <message>
            <source>Your name</source>
            <translation>您的名字</translation>
        </message>
        <message>
            <source>Personas put it where their instructions say {variable}.</source>
            <translation>角色指令中写有 {variable} 的地方会填入它。</translation>
        </message>
    </context>
    <context>
        <name>SettingsPage</name>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>Find a setting</source>
            <translation>查找设置</translation>
        </message>
        <message>
            <source>No setting has these words.</source>
            <translation>没有匹配的设置。</translation>
        </message>
        <message>
            <source>Show all settings</source>
            <translation>显示所有设置</translation>
        </message>
    </context>
    <context>
        <name>SettingRow</name>
        <message>
            <source>Reset to the default</source>
            <translation>恢复默认值</translation>
        </message>
    </context>
    <context>
        <name>ParameterRow</name>
        <message>
            <source>Write a number from {low} to {high}.</source>
            <translation>请填写 {low} 到 {high} 之间的数字。</translation>
        </message>
        <message>
            <source>Write at most 64 texts of at most 1,000 characters.</source>
            <translation>最多写 64 条文本，每条不超过 1,000 个字符。</translation>
        </message>
        <message>
            <source>There is no sampler of this name.</source>
            <translation>没有这个名称的采样器。</translation>
        </message>
        <message>
            <source>Write the number of a token, a colon and a number in each line.</source>
            <translation>每行写一个词元编号、一个冒号和一个数字。</translation>
        </message>
        <message>
            <source>Not chosen: {value}</source>
            <translation>未选定：{value}</translation>
        </message>
        <message>
            <source>It is too much to be kept.</source>
            <translation>内容过多，无法保留。</translation>
        </message>
    </context>
    <context>
        <name>TalkPanel</name>
        <message>
            <source>This conversation</source>
            <translation>本对话</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>Instructions</source>
            <translation>指令</translation>
        </message>
        <message>
            <source>What the model should always keep in mind, for instance: answer in short sentences.</source>
            <translation>模型应始终牢记的要求，例如：用短句回答。</translation>
        </message>
        <message>
            <source>All parameters</source>
            <translation>所有参数</translation>
        </message>
        <message>
            <source>Presets…</source>
            <translation>预设…</translation>
        </message>
        <message>
            <source>Reset all</source>
            <translation>全部重置</translation>
        </message>
    </context>
    <context>
        <name>Page</name>
        <message>
            <source>Back to the conversation</source>
            <translation>返回对话</translation>
        </message>
    </context>
    <context>
        <name>KeyRow</name>
        <message>
            <source>Restore its default keys</source>
            <translation>恢复默认按键</translation>
        </message>
    </context>
    <context>
        <name>KeyButton</name>
        <message>
            <source>Press the keys</source>
            <translation>请按键</translation>
        </message>
        <message>
            <source>None</source>
            <translation>无</translation>
        </message>
    </context>
    <context>
        <name>QuickWindow</name>
        <message>
            <source>Enter asks in a new chat. Esc puts this away.</source>
            <translation>按 Enter 在新对话中提问，按 Esc 收起。</translation>
        </message>
        <message>
            <source>Quick question – {application}</source>
            <translation>快速提问 – {application}</translation>
        </message>
        <message>
            <source>Ask something</source>
            <translation>想问什么？</translation>
        </message>
        <message>
            <source>Question</source>
            <translation>问题</translation>
        </message>
        <message>
            <source>Send</source>
            <translation>发送</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Enter</translation>
        </message>
    </context>
    <context>
        <name>QuickQuestion</name>
        <message>
            <source>Here it works only while Hearth has the keyboard: this system has no keys for every program.</source>
            <translation>在这里它只在 Hearth 窗口内有效：此系统没有对所有程序都有效的快捷键。</translation>
        </message>
        <message>
            <source>Another program has “{keys}”, so it works only in Hearth; choose another one.</source>
            <translation>“{keys}”已被其他程序占用，只在 Hearth 窗口内有效，请换一个。</translation>
        </message>
    </context>
    <context>
        <name>ParametersDialog</name>
        <message>
            <source>Parameters of all chats</source>
            <translation>所有对话的参数</translation>
        </message>
        <message>
            <source>They apply unless the model’s author, a persona or the conversation says otherwise.</source>
            <translation>模型作者、角色或对话没有另作规定时，使用这些参数。</translation>
        </message>
        <message>
            <source>The author of “{model}” recommends some of them; where that is so, the recommendation goes first.</source>
            <translation>“{model}”的作者对其中一些参数有建议；有建议时以建议为准。</translation>
        </message>
        <message>
            <source>Reset all</source>
            <translation>全部重置</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
        <message>
            <source>They apply in its conversations, unless something else is chosen there.</source>
            <translation>在使用该角色的对话中生效，除非对话另有选择。</translation>
        </message>
        <message>
            <source>Parameters of “{name}”</source>
            <translation>“{name}”的参数</translation>
        </message>
    </context>
    <context>
        <name>PresetsDialog</name>
        <message>
            <source>Presets</source>
            <translation>预设</translation>
        </message>
        <message>
            <source>A preset keeps parameters under a name, to use them again elsewhere.</source>
            <translation>预设以一个名称保存一组参数，以便在别处再次使用。</translation>
        </message>
        <message>
            <source>Name of a new preset</source>
            <translation>新预设的名称</translation>
        </message>
        <message>
            <source>Nothing is chosen in this conversation</source>
            <translation>此对话没有选定任何参数</translation>
        </message>
        <message>
            <source>Save what is chosen</source>
            <translation>保存所选参数</translation>
        </message>
        <message>
            <source>“{name}” is in use.</source>
            <translation>正在使用“{name}”。</translation>
        </message>
        <message>
            <source>“{name}” is removed.</source>
            <translation>已移除“{name}”。</translation>
        </message>
        <message>
            <source>Done</source>
            <translation>完成</translation>
        </message>
        <message>
            <source>“{name}” has other parameters now.</source>
            <translation>“{name}”的参数已更换。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
    </context>
    <context>
        <name>PresetRow</name>
        <message>
            <source>Name of the preset</source>
            <translation>预设的名称</translation>
        </message>
        <message>
            <source>Use here</source>
            <translation>在此使用</translation>
        </message>
        <message>
            <source>Use “{name}” in this conversation</source>
            <translation>在此对话中使用“{name}”</translation>
        </message>
        <message>
            <source>More for “{name}”</source>
            <translation>“{name}”的更多操作</translation>
        </message>
        <message>
            <source>Use for the persona “{name}”</source>
            <translation>用于角色“{name}”</translation>
        </message>
        <message>
            <source>Use in all chats</source>
            <translation>用于所有对话</translation>
        </message>
        <message>
            <source>Rename</source>
            <translation>重命名</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
    </context>
    <context>
        <name>ParameterWords</name>
        <message>
            <source>Line {line}, column {column}: {reason}</source>
            <translation>第 {line} 行第 {column} 列：{reason}</translation>
        </message>
        <message>
            <source>Randomness</source>
            <translation>随机性</translation>
        </message>
        <message>
            <source>Choice of tokens</source>
            <translation>词元的选取</translation>
        </message>
        <message>
            <source>Repetition</source>
            <translation>重复</translation>
        </message>
        <message>
            <source>Steered surprise</source>
            <translation>意外程度的控制</translation>
        </message>
        <message>
            <source>Length and end</source>
            <translation>长度与结束</translation>
        </message>
        <message>
            <source>Form of the answer</source>
            <translation>回答的形式</translation>
        </message>
        <message>
            <source>Samplers and tokens</source>
            <translation>采样器与词元</translation>
        </message>
        <message>
            <source>Temperature</source>
            <translation>温度</translation>
        </message>
        <message>
            <source>Seed</source>
            <translation>随机种子</translation>
        </message>
        <message>
            <source>Longest answer</source>
            <translation>回答的最大长度</translation>
        </message>
        <message>
            <source>Stop at</source>
            <translation>停止词</translation>
        </message>
        <message>
            <source>JSON schema</source>
            <translation>JSON Schema</translation>
        </message>
        <message>
            <source>Grammar (GBNF)</source>
            <translation>语法（GBNF）</translation>
        </message>
        <message>
            <source>Samplers in order</source>
            <translation>采样器顺序</translation>
        </message>
        <message>
            <source>Token biases</source>
            <translation>词元偏置</translation>
        </message>
        <message>
            <source>Higher is more surprising; 0 takes the likeliest token.</source>
            <translation>越高越出人意料；0 表示总取最可能的词元。</translation>
        </message>
        <message>
            <source>How far the temperature moves, down where the model is sure and up where not; 0: off.</source>
            <translation>温度浮动的幅度：模型有把握时降低，没有把握时升高；0 表示关闭。</translation>
        </message>
        <message>
            <source>How strongly being unsure raises it.</source>
            <translation>没有把握时温度升高的强度。</translation>
        </message>
        <message>
            <source>The same number gives the same answer; -1: another each time.</source>
            <translation>相同的数字得到相同的回答；-1 表示每次不同。</translation>
        </message>
        <message>
            <source>Only so many of the likeliest tokens are drawn from; 0: all.</source>
            <translation>只从最可能的若干词元中抽取；0 表示全部。</translation>
        </message>
        <message>
            <source>Only the likeliest tokens that make up this share together; 1: all.</source>
            <translation>只取累计概率达到该值的最可能词元；1 表示全部。</translation>
        </message>
        <message>
            <source>Only tokens at least this likely, compared with the likeliest; 0: all.</source>
            <translation>只取相对最可能词元达到该比例的词元；0 表示全部。</translation>
        </message>
        <message>
            <source>Tokens about as surprising as is usual here; 1: off.</source>
            <translation>取意外程度接近平均水平的词元；1 表示关闭。</translation>
        </message>
        <message>
            <source>Tokens at most so many deviations below the likeliest; -1: off.</source>
            <translation>取与最高分相差不超过若干标准差的词元；-1 表示关闭。</translation>
        </message>
        <message>
            <source>How often the likeliest tokens are left out; 0: off.</source>
            <translation>略去最可能词元的概率；0 表示关闭。</translation>
        </message>
        <message>
            <source>What counts as likely for that; above 0.5: off.</source>
            <translation>视为“可能”的门槛；大于 0.5 表示关闭。</translation>
        </message>
        <message>
            <source>At least so many tokens are left to draw from.</source>
            <translation>至少保留这么多个词元供抽取。</translation>
        </message>
        <message>
            <source>Keeps the surprise even by itself, in place of the other samplers.</source>
            <translation>自动保持意外程度平稳，代替其他采样器。</translation>
        </message>
        <message>
            <source>How much surprise it aims at.</source>
            <translation>目标意外程度。</translation>
        </message>
        <message>
            <source>How fast it learns.</source>
            <translation>调整的快慢。</translation>
        </message>
        <message>
            <source>How likely the tokens are that adaptive_p prefers; -1: any.</source>
            <translation>adaptive_p 偏好的词元概率；-1 表示任意。</translation>
        </message>
        <message>
            <source>How long it remembers what it drew.</source>
            <translation>对已抽取词元记忆的长短。</translation>
        </message>
        <message>
            <source>Holds back what came lately; 1: off.</source>
            <translation>抑制最近出现过的词元；1 表示关闭。</translation>
        </message>
        <message>
            <source>Holds back what came at all; 0: off.</source>
            <translation>抑制出现过的词元；0 表示关闭。</translation>
        </message>
        <message>
            <source>Holds back what came often; 0: off.</source>
            <translation>抑制频繁出现的词元；0 表示关闭。</translation>
        </message>
        <message>
            <source>How many tokens back these three look; -1: all.</source>
            <translation>以上三项回看最近多少个词元；-1 表示全部。</translation>
        </message>
        <message>
            <source>Holds back whole repetitions; 0: off.</source>
            <translation>抑制整段重复；0 表示关闭。</translation>
        </message>
        <message>
            <source>How much more with each token that a repetition is longer.</source>
            <translation>重复每长一个词元，抑制增强多少。</translation>
        </message>
        <message>
            <source>Repetitions of up to so many tokens are free.</source>
            <translation>不超过这么多个词元的重复不受抑制。</translation>
        </message>
        <message>
            <source>How many tokens back it looks; -1: all, 0: off.</source>
            <translation>回看最近多少个词元；-1 表示全部，0 表示关闭。</translation>
        </message>
        <message>
            <source>No repetition reaches across one of these; one in a line.</source>
            <translation>重复不会跨越这些文本；每行一条。</translation>
        </message>
        <message>
            <source>In tokens; -1: until the model ends.</source>
            <translation>以词元计；-1 表示直到模型结束。</translation>
        </message>
        <message>
            <source>Texts that end the answer and do not appear in it; one in a line, \n for a line break.</source>
            <translation>遇到即结束回答、且不出现在回答中的文本；每行一条，\n 表示换行。</translation>
        </message>
        <message>
            <source>The answer is JSON that fits this schema; {} for any JSON.</source>
            <translation>回答是符合此 Schema 的 JSON；{} 表示任意 JSON。</translation>
        </message>
        <message>
            <source>The answer is a text of this grammar, in llama.cpp’s notation, with a rule named root.</source>
            <translation>回答是符合此语法的文本；使用 llama.cpp 的写法，须有名为 root 的规则。</translation>
        </message>
        <message>
            <source>Those in use, one in a line, from first to last; what is missing is off.</source>
            <translation>按先后顺序每行写一个要使用的采样器；未写的不使用。</translation>
        </message>
        <message>
            <source>One in a line: the number of a token and what is added, for instance 15: -5 or 15: -inf.</source>
            <translation>每行一条：词元编号和增加的数值，例如 15: -5 或 15: -inf。</translation>
        </message>
        <message>
            <source>As llama.cpp has it.</source>
            <translation>llama.cpp 的默认值。</translation>
        </message>
        <message>
            <source>Your choice for all chats.</source>
            <translation>您为所有对话选定的值。</translation>
        </message>
        <message>
            <source>The model’s author recommends it.</source>
            <translation>模型作者的建议。</translation>
        </message>
        <message>
            <source>The persona’s choice.</source>
            <translation>角色选定的值。</translation>
        </message>
        <message>
            <source>Chosen in this conversation.</source>
            <translation>在此对话中选定。</translation>
        </message>
        <message>
            <source>Without this: {value}, as llama.cpp has it.</source>
            <translation>不选定时：{value}（llama.cpp 的默认值）。</translation>
        </message>
        <message>
            <source>Without this: {value}, your choice for all chats.</source>
            <translation>不选定时：{value}（您为所有对话选定的值）。</translation>
        </message>
        <message>
            <source>Without this: {value}, as the model’s author recommends.</source>
            <translation>不选定时：{value}（模型作者的建议）。</translation>
        </message>
        <message>
            <source>Without this: {value}, the persona’s choice.</source>
            <translation>不选定时：{value}（角色选定的值）。</translation>
        </message>
        <message>
            <source>Without this: {value}.</source>
            <translation>不选定时：{value}。</translation>
        </message>
        <message>
            <source>this is not JSON.</source>
            <translation>这不是 JSON。</translation>
        </message>
        <message>
            <source>answers cannot be held to this part of the schema.</source>
            <translation>回答无法遵守 Schema 的这一部分。</translation>
        </message>
        <message>
            <source>this does not belong here.</source>
            <translation>这里不应出现此内容。</translation>
        </message>
        <message>
            <source>what begins here has no end.</source>
            <translation>从这里开始的内容没有结束。</translation>
        </message>
        <message>
            <source>there is no such escape.</source>
            <translation>没有这种转义写法。</translation>
        </message>
        <message>
            <source>a rule begins with its name, of letters, digits and hyphens.</source>
            <translation>规则以名称开头，名称由字母、数字和连字符组成。</translation>
        </message>
        <message>
            <source>::= belongs between the name of a rule and what it is.</source>
            <translation>规则名称与内容之间应有 ::=。</translation>
        </message>
        <message>
            <source>this bracket is not closed.</source>
            <translation>此括号没有闭合。</translation>
        </message>
        <message>
            <source>there is nothing before it that could be repeated.</source>
            <translation>前面没有可以重复的内容。</translation>
        </message>
        <message>
            <source>this is not a number of times.</source>
            <translation>这不是有效的次数。</translation>
        </message>
        <message>
            <source>this is repeated too often.</source>
            <translation>重复次数过多。</translation>
        </message>
        <message>
            <source>too many brackets inside one another.</source>
            <translation>括号嵌套过深。</translation>
        </message>
        <message>
            <source>this is too long.</source>
            <translation>内容过长。</translation>
        </message>
        <message>
            <source>there is no rule named {name}.</source>
            <translation>没有名为 {name} 的规则。</translation>
        </message>
        <message>
            <source>a rule cannot begin with itself.</source>
            <translation>规则不能以自身开头。</translation>
        </message>
        <message>
            <source>a rule named root is missing; it is the whole answer.</source>
            <translation>缺少名为 root 的规则；它代表整个回答。</translation>
        </message>
        <message>
            <source>off</source>
            <translation>关闭</translation>
        </message>
        <message>
            <source>none</source>
            <translation>无</translation>
        </message>
        <message>
            <source>; </source>
            <translation>；</translation>
        </message>
        <message>
            <source>, </source>
            <translation>、</translation>
        </message>
        <message>
            <source>Back to {value}</source>
            <translation>恢复为 {value}</translation>
        </message>
        <message>
            <source>Without effect at temperature 0.</source>
            <translation>温度为 0 时不起作用。</translation>
        </message>
        <message>
            <source>Without effect: its sampler is not in use.</source>
            <translation>不起作用：未使用对应的采样器。</translation>
        </message>
        <message>
            <source>Without effect: the JSON schema comes first.</source>
            <translation>不起作用：以 JSON Schema 为准。</translation>
        </message>
        <message>
            <source>Without effect while {parameter} is off.</source>
            <translation>{parameter} 关闭时不起作用。</translation>
        </message>
        <message>
            <source>Without effect while mirostat is off.</source>
            <translation>mirostat 关闭时不起作用。</translation>
        </message>
        <message>
            <source>Without effect beside mirostat.</source>
            <translation>使用 mirostat 时不起作用。</translation>
        </message>
        <message numerus="yes">
            <source>a text of %n character(s)</source>
            <translation>
                <numerusform>%n 个字符的文本</numerusform>
            </translation>
        </message>
        <message>
            <source>Not right yet:</source>
            <translation>尚未改正：</translation>
        </message>
        <message>
            <source>It is kept, but not used until it is right; until then: {value}.</source>
            <translation>内容已保留，改正之前不会使用；在此之前为：{value}。</translation>
        </message>
    </context>
    <context>
        <name>ModelView</name>
        <message>
            <source>Layers on the graphics card: {n} of {all}</source>
            <translation>显卡上的层数：{n} / {all}</translation>
        </message>
        <message>
            <source>automatic</source>
            <translation>自动</translation>
        </message>
        <message>
            <source>on</source>
            <translation>开</translation>
        </message>
        <message>
            <source>off</source>
            <translation>关</translation>
        </message>
        <message>
            <source>Applies to all chats.</source>
            <translation>对所有对话有效。</translation>
        </message>
        <message>
            <source>The model in memory cannot think before it answers.</source>
            <translation>内存中的模型不能在回答前思考。</translation>
        </message>
        <message>
            <source>No limit</source>
            <translation>不限</translation>
        </message>
        <message>
            <source>Thinking</source>
            <translation>思考</translation>
        </message>
        <message>
            <source>How the model is loaded</source>
            <translation>模型的加载方式</translation>
        </message>
        <message>
            <source>Before it answers</source>
            <translation>回答之前</translation>
        </message>
        <message>
            <source>Longest thought</source>
            <translation>思考长度上限</translation>
        </message>
        <message>
            <source>Change…</source>
            <translation>更改…</translation>
        </message>
        <message>
            <source>No model is loaded.</source>
            <translation>未加载模型。</translation>
        </message>
        <message>
            <source>The model’s default</source>
            <translation>模型默认</translation>
        </message>
        <message>
            <source>Think before answering</source>
            <translation>先思考再回答</translation>
        </message>
        <message>
            <source>Answer at once</source>
            <translation>直接回答</translation>
        </message>
        <message>
            <source>Context: {n} tokens</source>
            <translation>上下文：{n} 个词元</translation>
        </message>
        <message>
            <source>KV cache: {keys} and {values}</source>
            <translation>KV 缓存：{keys} 和 {values}</translation>
        </message>
        <message>
            <source>Flash attention: {state}</source>
            <translation>Flash Attention：{state}</translation>
        </message>
        <message>
            <source>Threads: {n}</source>
            <translation>线程数：{n}</translation>
        </message>
        <message>
            <source>Conversations at once: {n}</source>
            <translation>同时进行的对话：{n}</translation>
        </message>
        <message numerus="yes">
            <source>At most %n token(s)</source>
            <translation>
                <numerusform>最多 %n 个词元</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>SimpleView</name>
        <message>
            <source>{n} tokens at present. A change applies to “{model}” in every chat and loads the model again.</source>
            <translation>当前上限为 {n} 个词元。更改对“{model}”的所有对话有效，并会重新加载它。</translation>
        </message>
        <message>
            <source>The author of “{model}” recommends: {values}.</source>
            <translation>“{model}”的作者建议：{values}。</translation>
        </message>
        <message>
            <source>As long as it takes</source>
            <translation>不限长度</translation>
        </message>
        <message>
            <source>As usual, {value}</source>
            <translation>默认，{value}</translation>
        </message>
        <message>
            <source>As in all chats, {value}</source>
            <translation>与所有对话相同，{value}</translation>
        </message>
        <message>
            <source>As its author recommends, {value}</source>
            <translation>按模型作者的建议，{value}</translation>
        </message>
        <message>
            <source>As the persona has it, {value}</source>
            <translation>按角色的设定，{value}</translation>
        </message>
        <message>
            <source>Always the same answer</source>
            <translation>每次回答相同</translation>
        </message>
        <message>
            <source>Careful</source>
            <translation>谨慎</translation>
        </message>
        <message>
            <source>Balanced</source>
            <translation>均衡</translation>
        </message>
        <message>
            <source>Inventive</source>
            <translation>富有创意</translation>
        </message>
        <message>
            <source>A paragraph at most</source>
            <translation>最多一段</translation>
        </message>
        <message>
            <source>A page at most</source>
            <translation>最多一页</translation>
        </message>
        <message>
            <source>Some pages at most</source>
            <translation>最多几页</translation>
        </message>
        <message>
            <source>Creativity</source>
            <translation>创意程度</translation>
        </message>
        <message>
            <source>Length of answers</source>
            <translation>回答长度</translation>
        </message>
        <message>
            <source>How far back it reads</source>
            <translation>能读多长</translation>
        </message>
        <message>
            <source>How much of a conversation the model can see at once</source>
            <translation>模型一次能看到多少对话内容</translation>
        </message>
        <message>
            <source>No model is loaded</source>
            <translation>未加载模型</translation>
        </message>
        <message>
            <source>Automatic, {pages}</source>
            <translation>自动，{pages}</translation>
        </message>
        <message numerus="yes">
            <source>about %n page(s)</source>
            <translation>
                <numerusform>约 %n 页</numerusform>
            </translation>
        </message>
        <message>
            <source>This applies from the next answer on, in this conversation only.</source>
            <translation>从下一个回答起生效，仅限本对话。</translation>
        </message>
    </context>
    <context>
        <name>Fold</name>
        <message>
            <source>{heading}, open</source>
            <translation>{heading}，已展开</translation>
        </message>
        <message>
            <source>{heading}, closed</source>
            <translation>{heading}，已收起</translation>
        </message>
    </context>
    <context>
        <name>ParameterList</name>
        <message numerus="yes">
            <source>%n choice(s) here</source>
            <translation>
                <numerusform>选定 %n 项</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Tray</name>
        <message>
            <source>Show the window</source>
            <translation>显示窗口</translation>
        </message>
    </context>
    <context>
        <name>Notifications</name>
        <message>
            <source>“{model}” is on this computer now.</source>
            <translation>“{model}”已下载到这台电脑。</translation>
        </message>
        <message>
            <source>An answer is ready.</source>
            <translation>有一个回答已完成。</translation>
        </message>
        <message>
            <source>An answer could not be finished.</source>
            <translation>有一个回答未能完成。</translation>
        </message>
        <message>
            <source>Show</source>
            <translation>显示</translation>
        </message>
    </context>
    <context>
        <name>DesktopPlace</name>
        <message>
            <source>This system has no place for an icon beside the clock at the moment.</source>
            <translation>此系统目前没有可以在时钟旁显示图标的位置。</translation>
        </message>
    </context>
    <context>
        <name>Updates</name>
        <message>
            <source>Looking for a newer version</source>
            <translation>正在查找新版本</translation>
        </message>
        <message>
            <source>Hearth {version} is available; you have {own}.</source>
            <translation>有新版本 Hearth {version}，您现在用的是 {own}。</translation>
        </message>
        <message>
            <source>Open its page</source>
            <translation>打开其页面</translation>
        </message>
        <message>
            <source>There is no newer version than {own}.</source>
            <translation>没有比 {own} 更新的版本。</translation>
        </message>
        <message>
            <source>Hearth is set to stay offline; go online to look for a newer version.</source>
            <translation>Hearth 已设为保持离线，取消离线后才能查找新版本。</translation>
        </message>
        <message>
            <source>Network settings</source>
            <translation>网络设置</translation>
        </message>
        <message>
            <source>The page with the versions of Hearth does not answer; try again later.</source>
            <translation>Hearth 的版本页面没有响应，请稍后再试。</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
    </context>
    <context>
        <name>ChoosePersona</name>
        <message>
            <source>Choose a persona</source>
            <translation>选择角色</translation>
        </message>
    </context>
    <context>
        <name>PersonaEditor</name>
        <message>
            <source>These are filled in when you chat: {variables}.</source>
            <translation>以下变量会替换为当时的内容：{variables}。</translation>
        </message>
        <message>
            <source>Whichever is in memory</source>
            <translation>当前已加载的模型</translation>
        </message>
        <message>
            <source>Name</source>
            <translation>名称</translation>
        </message>
        <message>
            <source>What it is for</source>
            <translation>用途</translation>
        </message>
        <message>
            <source>Instructions</source>
            <translation>指令</translation>
        </message>
        <message>
            <source>Up to six suggestions for the first message, one on each line</source>
            <translation>开场建议，每行一条，最多六条</translation>
        </message>
        <message>
            <source>This is too long: only its first {number} characters are kept.</source>
            <translation>内容过长：只保留前 {number} 个字符。</translation>
        </message>
        <message>
            <source>Model</source>
            <translation>模型</translation>
        </message>
        <message>
            <source>Parameters</source>
            <translation>参数</translation>
        </message>
        <message>
            <source>Choose…</source>
            <translation>选择…</translation>
        </message>
        <message>
            <source>New chat with it</source>
            <translation>用它新建对话</translation>
        </message>
        <message>
            <source>Ember</source>
            <translation>余烬橙</translation>
        </message>
        <message>
            <source>Rose</source>
            <translation>玫瑰红</translation>
        </message>
        <message>
            <source>Violet</source>
            <translation>紫罗兰</translation>
        </message>
        <message>
            <source>Blue</source>
            <translation>蓝色</translation>
        </message>
        <message>
            <source>Teal</source>
            <translation>青色</translation>
        </message>
        <message>
            <source>Graphite</source>
            <translation>石墨灰</translation>
        </message>
        <message>
            <source>Initials</source>
            <translation>首字</translation>
        </message>
        <message>
            <source>Person</source>
            <translation>人物</translation>
        </message>
        <message>
            <source>Book</source>
            <translation>书本</translation>
        </message>
        <message>
            <source>Pencil</source>
            <translation>铅笔</translation>
        </message>
        <message>
            <source>Code</source>
            <translation>代码</translation>
        </message>
        <message>
            <source>Globe</source>
            <translation>地球</translation>
        </message>
        <message>
            <source>Two sides</source>
            <translation>两面对照</translation>
        </message>
        <message>
            <source>Check mark</source>
            <translation>对勾</translation>
        </message>
        <message>
            <source>Magnifying glass</source>
            <translation>放大镜</translation>
        </message>
        <message>
            <source>Star</source>
            <translation>星星</translation>
        </message>
        <message>
            <source>Sheet</source>
            <translation>纸页</translation>
        </message>
        <message>
            <source>Tag</source>
            <translation>标签</translation>
        </message>
        <message>
            <source>Chain</source>
            <translation>链条</translation>
        </message>
        <message>
            <source>Pin</source>
            <translation>图钉</translation>
        </message>
        <message>
            <source>Nothing is chosen; the model’s own values apply.</source>
            <translation>未作选择，使用模型自己的参数。</translation>
        </message>
        <message>
            <source>{file} (not here)</source>
            <translation>{file}（不在此处）</translation>
        </message>
        <message>
            <source>There is no variable {{name}}; it stays as it stands.</source>
            <translation>没有名为 {{name}} 的变量，它会原样保留。</translation>
        </message>
        <message>
            <source>Colour: {name}</source>
            <translation>颜色：{name}</translation>
        </message>
        <message>
            <source>Picture: {name}</source>
            <translation>图案：{name}</translation>
        </message>
    </context>
    <context>
        <name>PersonasPage</name>
        <message numerus="yes">
            <source>%n persona(s) removed; conversations that have them keep them.</source>
            <translation>
                <numerusform>已移除 %n 个角色；正在使用它们的对话不受影响。</numerusform>
            </translation>
        </message>
        <message>
            <source>Removed personas</source>
            <translation>已移除的角色</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Import personas</source>
            <translation>导入角色</translation>
        </message>
        <message>
            <source>it cannot be read as a persona</source>
            <translation>无法识别为角色</translation>
        </message>
        <message>
            <source>it has no name</source>
            <translation>没有名称</translation>
        </message>
        <message>
            <source>it is too long</source>
            <translation>内容过长</translation>
        </message>
        <message>
            <source>it was written by a newer Hearth</source>
            <translation>由更新版本的 Hearth 写入</translation>
        </message>
        <message>
            <source>Export personas</source>
            <translation>导出角色</translation>
        </message>
        <message>
            <source>All my personas (*.json)</source>
            <translation>我的全部角色 (*.json)</translation>
        </message>
        <message>
            <source>This persona (*.json)</source>
            <translation>此角色 (*.json)</translation>
        </message>
        <message>
            <source>Personas</source>
            <translation>角色</translation>
        </message>
        <message>
            <source>Filter personas</source>
            <translation>筛选角色</translation>
        </message>
        <message>
            <source>“{name}” was removed; conversations that have it keep it.</source>
            <translation>已移除“{name}”；正在使用它的对话不受影响。</translation>
        </message>
        <message>
            <source>Personas and character cards (*.json)</source>
            <translation>角色与角色卡 (*.json)</translation>
        </message>
        <message>
            <source>All files (*)</source>
            <translation>所有文件 (*)</translation>
        </message>
        <message>
            <source>Saved as “{name}”.</source>
            <translation>已保存为“{name}”。</translation>
        </message>
        <message>
            <source>New persona</source>
            <translation>新角色</translation>
        </message>
        <message>
            <source>{name} (copy)</source>
            <translation>{name}（副本）</translation>
        </message>
        <message numerus="yes">
            <source>%n persona(s) imported.</source>
            <translation>
                <numerusform>已导入 %n 个角色。</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n skipped; the details say why.</source>
            <translation>
                <numerusform>跳过 %n 个，原因请查看“详细信息”。</numerusform>
            </translation>
        </message>
        <message>
            <source>Clear the filter</source>
            <translation>清除筛选</translation>
        </message>
    </context>
    <context>
        <name>PersonasPlace</name>
        <message>
            <source>“{name}” answers here from now on.</source>
            <translation>从现在起由“{name}”回答。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Persona</source>
            <translation>角色</translation>
        </message>
        <message>
            <source>Choose a persona</source>
            <translation>选择角色</translation>
        </message>
        <message>
            <source>No persona answers here any more.</source>
            <translation>此对话不再使用角色。</translation>
        </message>
        <message>
            <source>No persona</source>
            <translation>不使用角色</translation>
        </message>
        <message>
            <source>Persona: {name}</source>
            <translation>角色：{name}</translation>
        </message>
        <message>
            <source>The model as it is</source>
            <translation>模型本来的样子</translation>
        </message>
    </context>
    <context>
        <name>PromptSegments</name>
        <message>
            <source>Templates</source>
            <translation>模板</translation>
        </message>
        <message>
            <source>Personas</source>
            <translation>角色</translation>
        </message>
    </context>
    <context>
        <name>SettingsPlace</name>
        <message>
            <source>All settings are back to their defaults.</source>
            <translation>所有设置都已恢复为默认值。</translation>
        </message>
        <message>
            <source>All settings are back to their defaults, but Hearth stays offline.</source>
            <translation>所有设置都已恢复为默认值，但 Hearth 仍保持离线。</translation>
        </message>
        <message>
            <source>“{setting}” is back to its default.</source>
            <translation>“{setting}”已恢复为默认值。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
        <message>
            <source>Your conversations are in “{folder}”.</source>
            <translation>您的对话都在“{folder}”中。</translation>
        </message>
        <message>
            <source>Your conversations are in “{folder}”: so says --data-dir, or the file “portable” beside the program.</source>
            <translation>您的对话都在“{folder}”中：这由 --data-dir 或程序旁边名为“portable”的文件决定。</translation>
        </message>
    </context>
    <context>
        <name>DiagnosticsDialog</name>
        <message>
            <source>Diagnostics</source>
            <translation>诊断信息</translation>
        </message>
        <message>
            <source>Look it through before you send it to anybody. No conversation and no access token is in it.</source>
            <translation>发送给别人之前请先看一遍。其中没有任何对话内容，也没有访问令牌。</translation>
        </message>
        <message>
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>MoveDataDialog</name>
        <message>
            <source>Move my data</source>
            <translation>移动我的数据</translation>
        </message>
        <message>
            <source>Conversations, settings and backups are copied to another folder and checked; only then are they removed from the old one. Hearth starts again for that.</source>
            <translation>对话、设置和备份会先复制到另一个文件夹并核对，之后才删除原位置的内容。为此 Hearth 会重新启动。</translation>
        </message>
        <message>
            <source>Now: {folder}</source>
            <translation>现在：{folder}</translation>
        </message>
        <message>
            <source>The models, too</source>
            <translation>模型也一起移动</translation>
        </message>
        <message>
            <source>The models, too ({size})</source>
            <translation>模型也一起移动（{size}）</translation>
        </message>
        <message>
            <source>Working out how much there is…</source>
            <translation>正在查看有多少数据…</translation>
        </message>
        <message>
            <source>The usual place</source>
            <translation>默认位置</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Move and start again</source>
            <translation>移动并重新启动</translation>
        </message>
        <message>
            <source>New: not chosen yet</source>
            <translation>新位置：尚未选择</translation>
        </message>
        <message>
            <source>Choose a folder…</source>
            <translation>选择文件夹…</translation>
        </message>
        <message>
            <source>Everything except the models takes up {size}.</source>
            <translation>不含模型共 {size}。</translation>
        </message>
        <message>
            <source>Choose where your data is kept</source>
            <translation>选择您的数据的存放位置</translation>
        </message>
        <message>
            <source>New: {folder}</source>
            <translation>新位置：{folder}</translation>
        </message>
        <message>
            <source>New: the usual place</source>
            <translation>新位置：默认位置</translation>
        </message>
    </context>
    <context>
        <name>MovingDialog</name>
        <message>
            <source>Moving your data</source>
            <translation>正在移动您的数据</translation>
        </message>
        <message>
            <source>Everything is copied to “{folder}” and checked; only then is it removed from the old place.</source>
            <translation>所有内容会先复制到“{folder}”并核对，之后才删除原位置的内容。</translation>
        </message>
        <message>
            <source>Everything is copied to the usual place and checked; only then is it removed from the old place.</source>
            <translation>所有内容会先复制到默认位置并核对，之后才删除原位置的内容。</translation>
        </message>
        <message>
            <source>Leave everything where it is</source>
            <translation>全部留在原位置</translation>
        </message>
        <message>
            <source>Quit and go on later</source>
            <translation>退出，以后继续</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>{done} of {total}</source>
            <translation>{done}，共 {total}</translation>
        </message>
        <message>
            <source>{size}, {time}</source>
            <translation>{size}，{time}</translation>
        </message>
        <message numerus="yes">
            <source>about %n minute(s) left</source>
            <translation>
                <numerusform>还剩约 %n 分钟</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>about %n second(s) left</source>
            <translation>
                <numerusform>还剩约 %n 秒</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>PlaceProblemDialog</name>
        <message>
            <source>Hearth cannot open your conversations</source>
            <translation>Hearth 无法打开您的对话</translation>
        </message>
        <message>
            <source>Quit</source>
            <translation>退出</translation>
        </message>
        <message>
            <source>Choose the folder with my data…</source>
            <translation>选择数据所在的文件夹…</translation>
        </message>
        <message>
            <source>Try again</source>
            <translation>重试</translation>
        </message>
        <message>
            <source>The folder with your data</source>
            <translation>您的数据所在的文件夹</translation>
        </message>
        <message>
            <source>Start without it</source>
            <translation>改用默认位置启动</translation>
        </message>
        <message>
            <source>If it is gone for good, you can start without it, in the usual place. What is on it stays there.</source>
            <translation>如果它已无法找回，可以改用默认位置启动；它里面的内容不会被改动。</translation>
        </message>
    </context>
    <context>
        <name>FieldWords</name>
        <message>
            <source>Instructions for a new chat:</source>
            <translation>新对话的指令：</translation>
        </message>
        <message>
            <source>One line</source>
            <translation>单行</translation>
        </message>
        <message>
            <source>Several lines</source>
            <translation>多行</translation>
        </message>
        <message>
            <source>Choice</source>
            <translation>选项</translation>
        </message>
        <message>
            <source>Number</source>
            <translation>数字</translation>
        </message>
        <message>
            <source>Date</source>
            <translation>日期</translation>
        </message>
        <message>
            <source>Yes or no</source>
            <translation>是或否</translation>
        </message>
        <message>
            <source>From the clipboard</source>
            <translation>来自剪贴板</translation>
        </message>
        <message>
            <source>From the selection</source>
            <translation>来自选中内容</translation>
        </message>
        <message>
            <source>From a file</source>
            <translation>来自文件</translation>
        </message>
        <message>
            <source>Label</source>
            <translation>显示名称</translation>
        </message>
        <message>
            <source>Help</source>
            <translation>说明</translation>
        </message>
        <message>
            <source>Default</source>
            <translation>默认值</translation>
        </message>
        <message>
            <source>Choices, separated by semicolons</source>
            <translation>选项，用分号分隔</translation>
        </message>
        <message>
            <source>At least</source>
            <translation>最小值</translation>
        </message>
        <message>
            <source>At most</source>
            <translation>最大值</translation>
        </message>
        <message>
            <source>Inserted when yes</source>
            <translation>选“是”时插入</translation>
        </message>
        <message>
            <source>Inserted when no</source>
            <translation>选“否”时插入</translation>
        </message>
        <message>
            <source>may be empty</source>
            <translation>可以留空</translation>
        </message>
        <message>
            <source>{what}: {value}</source>
            <translation>{what}：{value}</translation>
        </message>
    </context>
    <context>
        <name>Starters</name>
        <message>
            <source>Summarise a text</source>
            <translation>概括文本</translation>
        </message>
        <message>
            <source>Translate</source>
            <translation>翻译</translation>
        </message>
        <message>
            <source>Explain some code</source>
            <translation>解释代码</translation>
        </message>
        <message>
            <source>Plan something</source>
            <translation>制定计划</translation>
        </message>
    </context>
    <context>
        <name>SpokenAnswers</name>
        <message>
            <source>The answer begins.</source>
            <translation>开始回答。</translation>
        </message>
        <message>
            <source>The model is thinking.</source>
            <translation>模型正在思考。</translation>
        </message>
        <message>
            <source>The answer is complete.</source>
            <translation>回答完毕。</translation>
        </message>
    </context>
    <context>
        <name>GuidePage</name>
        <message>
            <source>User guide</source>
            <translation>使用指南</translation>
        </message>
        <message>
            <source>Chapters</source>
            <translation>章节</translation>
        </message>
    </context>
    <context>
        <name>CollectionPage</name>
        <message>
            <source>Removed…</source>
            <translation>已移除…</translation>
        </message>
        <message>
            <source>New</source>
            <translation>新建</translation>
        </message>
        <message>
            <source>Import…</source>
            <translation>导入…</translation>
        </message>
        <message>
            <source>Export…</source>
            <translation>导出…</translation>
        </message>
    </context>
    <context>
        <name>CollectionEditor</name>
        <message>
            <source>This one comes with Hearth; make a copy to change it.</source>
            <translation>这一项是 Hearth 自带的；如需修改请先创建副本。</translation>
        </message>
        <message>
            <source>Make a copy</source>
            <translation>创建副本</translation>
        </message>
        <message>
            <source>Remove</source>
            <translation>移除</translation>
        </message>
    </context>
    <context>
        <name>QShortcut</name>
        <message>
            <source>Backspace</source>
            <translation>Backspace</translation>
        </message>
        <message>
            <source>Return</source>
            <translation>Enter</translation>
        </message>
        <message>
            <source>Enter</source>
            <translation>Enter</translation>
        </message>
        <message>
            <source>Space</source>
            <translation>空格</translation>
        </message>
        <message>
            <source>Up</source>
            <translation>↑</translation>
        </message>
        <message>
            <source>Down</source>
            <translation>↓</translation>
        </message>
        <message>
            <source>Left</source>
            <translation>←</translation>
        </message>
        <message>
            <source>Right</source>
            <translation>→</translation>
        </message>
        <message>
            <source>Menu</source>
            <translation>菜单键</translation>
        </message>
    </context>
    <context>
        <name>ModelNames</name>
        <message>
            <source>Starter model (tiny)</source>
            <translation>入门模型（极小）</translation>
        </message>
    </context>
</TS>
