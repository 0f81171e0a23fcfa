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
            <source>Copy</source>
            <translation>复制</translation>
        </message>
        <message>
            <source>Close</source>
            <translation>关闭</translation>
        </message>
    </context>
    <context>
        <name>Actions</name>
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
            <translation>卸载模型</translation>
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
            <source>Open models folder</source>
            <translation>打开模型文件夹</translation>
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
            <source>Whichever is right</source>
            <translation>自动选择合适的</translation>
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
            <source>In use now:</source>
            <translation>当前使用：</translation>
        </message>
        <message>
            <source>Text of the chat template in use</source>
            <translation>当前对话模板的内容</translation>
        </message>
        <message>
            <source>Cancel</source>
            <translation>取消</translation>
        </message>
        <message>
            <source>Use and reload</source>
            <translation>使用并重新加载</translation>
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
            <source>“{model}” brings no chat template; {title}, that of its family, is used.</source>
            <translation>“{model}”没有自带对话模板，使用其系列的 {title} 模板。</translation>
        </message>
        <message>
            <source>plain text</source>
            <translation>纯文本</translation>
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
            <source>On show</source>
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
            <source>Write a message</source>
            <translation>输入消息</translation>
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
            <source>Edit on</source>
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
            <translation>尚未加载模型；请选择一个模型来获得回答。</translation>
        </message>
        <message>
            <source>The grammar for the answer cannot be read; correct it or take it out.</source>
            <translation>无法读取用于回答的语法；请修正或移除它。</translation>
        </message>
        <message>
            <source>The JSON schema for the answer asks for something that cannot be kept; the details say what.</source>
            <translation>用于回答的 JSON 模式包含无法满足的要求；具体内容请查看详细信息。</translation>
        </message>
        <message>
            <source>“{file}” cannot guess for this model, because its vocabulary is another; choose a different draft model.</source>
            <translation>“{file}”的词表与此模型不同，无法用作草稿模型；请选择其他草稿模型。</translation>
        </message>
        <message>
            <source>The model could not go on with this answer; what it had written is kept.</source>
            <translation>模型无法继续这次回答；已生成的内容均已保留。</translation>
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
            <source>The model file “{file}” is no longer where it was.</source>
            <translation>模型文件“{file}”已不在原来的位置。</translation>
        </message>
        <message>
            <source>“{file}” is empty; its download may have failed, so get the file again or choose another model.</source>
            <translation>“{file}”是空文件，可能下载失败；请重新获取该文件，或选择其他模型。</translation>
        </message>
        <message>
            <source>“{file}” is not a GGUF file, so it cannot be used as a model.</source>
            <translation>“{file}”不是 GGUF 文件，不能用作模型。</translation>
        </message>
        <message>
            <source>“{file}” is incomplete: its end is missing, so get the file again or choose another model.</source>
            <translation>“{file}”不完整，缺少末尾部分；请重新获取该文件，或选择其他模型。</translation>
        </message>
        <message>
            <source>“{file}” is written in a version of GGUF that Hearth cannot read.</source>
            <translation>“{file}”使用的 GGUF 版本 Hearth 无法读取。</translation>
        </message>
        <message>
            <source>“{file}” is damaged: it holds values that no model can have.</source>
            <translation>“{file}”已损坏：其中包含任何模型都不可能有的数值。</translation>
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
            <source>“{file}” is a model file, but the engine cannot load it.</source>
            <translation>“{file}”是模型文件，但引擎无法加载它。</translation>
        </message>
        <message>
            <source>This conversation is longer than any model can read; nothing was left out.</source>
            <translation>此对话的长度超出了任何模型的读取能力；没有省略任何内容。</translation>
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
            <source>“{file}” has {size}; files up to {max} can be attached.</source>
            <translation>“{file}”大小为 {size}；最多可添加 {max} 的文件。</translation>
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
            <source>“{file}” is damaged: whatever reads it stops, so it was not loaded.</source>
            <translation>“{file}”已损坏：读取它的程序会停止，因此没有加载。</translation>
        </message>
        <message>
            <source>Make room…</source>
            <translation>腾出空间…</translation>
        </message>
        <message>
            <source>The model would have to read {needed} tokens, but it holds only {held}; choose what may be left out, or shorten your message.</source>
            <translation>模型需要读取 {needed} 个词元，但只能容纳 {held} 个；请选择可以略去的内容，或缩短你的消息。</translation>
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
            <source>Write a mail to this address?</source>
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
            <source>Show only tag</source>
            <translation>只显示标签</translation>
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
    </context>
    <context>
        <name>MainWindow</name>
        <message>
            <source>Hearth made a mistake; what you wrote is saved.</source>
            <translation>Hearth 出错了；您写下的内容已保存。</translation>
        </message>
    </context>
    <context>
        <name>MessageActions</name>
        <message>
            <source>Message removed.</source>
            <translation>消息已移除。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
    </context>
    <context>
        <name>MessageMenu</name>
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
            <source>Chat template…</source>
            <translation>对话模板…</translation>
        </message>
        <message>
            <source>How it is loaded…</source>
            <translation>加载方式…</translation>
        </message>
        <message>
            <source>Leaves the memory when unused</source>
            <translation>闲置时释放内存</translation>
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
    </context>
    <context>
        <name>ModelStatusText</name>
        <message>
            <source>Starter model (tiny)</source>
            <translation>入门模型（极小）</translation>
        </message>
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
            <translation>正在加载 {percent} %</translation>
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
            <translation>处理器，按您的选择</translation>
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
                <numerusform>正在加载 {percent} %，还需 %n 秒</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ModelTalk</name>
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
    </context>
    <context>
        <name>Sidebar</name>
        <message>
            <source>New chat</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>Settings</source>
            <translation>设置</translation>
        </message>
        <message>
            <source>System</source>
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
            <source>Appearance</source>
            <translation>外观</translation>
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
            <source>To start with empty conversations in another folder, run: hearth --data-dir FOLDER</source>
            <translation>如果要在另一个文件夹中从空白对话开始，请运行：hearth --data-dir 文件夹</translation>
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
        <name>ThinkingButton</name>
        <message>
            <source>As the model was made</source>
            <translation>按模型默认</translation>
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
            <source>Thinking: automatic</source>
            <translation>思考：自动</translation>
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
                <numerusform>{reading}，还需 %n 秒</numerusform>
            </translation>
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
            <source>The folder of your conversations is read-only, so they can be read but nothing can be saved.</source>
            <translation>对话所在的文件夹是只读的，对话可以阅读，但无法保存任何内容。</translation>
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
            <source>There is not enough space on the disk for a backup.</source>
            <translation>磁盘空间不足，无法备份。</translation>
        </message>
        <message>
            <source>A backup of your conversations could not be made.</source>
            <translation>无法备份您的对话。</translation>
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
            <source>Hearth keeps a copy of your conversations for each of the last 7 days and of the 4 weeks before.</source>
            <translation>Hearth 会为最近 7 天的每一天以及再往前 4 周的每一周各保留一份对话备份。</translation>
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
            <source>“{name}” is no conversation.</source>
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
            <translation>作者</translation>
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
            <source>As</source>
            <translation>形式</translation>
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
            <translation>上下文：{used} / {n_ctx} 词元</translation>
        </message>
        <message>
            <source>{share}%</source>
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
            <translation>{used} / {n_ctx} 词元</translation>
        </message>
        <message>
            <source>System prompt and summary</source>
            <translation>系统提示和摘要</translation>
        </message>
        <message>
            <source>System prompt</source>
            <translation>系统提示</translation>
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
            <translation>聊天模板写入的内容</translation>
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
            <translation>不略去任何内容。没有空间回答时由你决定。</translation>
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
            <translation>模型写一份摘要，并读取它来代替原文。你可以看到摘要，也可以撤回。</translation>
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
            <source>The context is full: the model sums up the oldest messages, then it answers.</source>
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
            <source>So many are kept in memory and answered side by side. They share the context.</source>
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
            <source>Automatic, {n}</source>
            <translation>自动，{n}</translation>
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
            <source>Left to Hearth they give way to other programs while those work.</source>
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
            <source>Context on the graphics card</source>
            <translation>显卡上的上下文</translation>
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
            <translation>它们如何分担模型。</translation>
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
            <source>main memory</source>
            <translation>内存</translation>
        </message>
        <message>
            <source>{size} of {total} ({where})</source>
            <translation>{where} {size}（共 {total}）</translation>
        </message>
        <message>
            <source>It would take about {parts}.</source>
            <translation>预计占用：{parts}。</translation>
        </message>
        <message>
            <source>, </source>
            <translation>，</translation>
        </message>
    </context>
</TS>
