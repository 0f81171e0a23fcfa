<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
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
    </context>
    <context>
        <name>Centre</name>
        <message>
            <source>Everything stays on this computer.</source>
            <translation>所有内容都只保存在这台电脑上。</translation>
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
    </context>
    <context>
        <name>ConversationDelegate</name>
        <message>
            <source>Title of the conversation</source>
            <translation>对话标题</translation>
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
        <name>ConversationListModel</name>
        <message>
            <source>New chat</source>
            <translation>新对话</translation>
        </message>
        <message>
            <source>{title}, answering</source>
            <translation>{title}，正在回答</translation>
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
            <source>This model’s chat template cannot be used, so it cannot answer.</source>
            <translation>此模型的对话模板无法使用，因此它不能回答。</translation>
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
            <source>This conversation needs {needed} tokens, but the model holds only {held}; nothing was left out.</source>
            <translation>此对话需要 {needed} 个词元，而模型只能容纳 {held} 个；没有省略任何内容。</translation>
        </message>
        <message>
            <source>This conversation is longer than any model can read; nothing was left out.</source>
            <translation>此对话的长度超出了任何模型的读取能力；没有省略任何内容。</translation>
        </message>
        <message>
            <source>Your conversations in “{file}” cannot be read; the file was not changed.</source>
            <translation>无法读取“{file}”中的对话；该文件未被改动。</translation>
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
        <name>MainWindow</name>
        <message>
            <source>Hearth made a mistake; what you wrote is saved.</source>
            <translation>Hearth 出错了；您写下的内容已保存。</translation>
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
        <name>Remedies</name>
        <message>
            <source>Moved to trash.</source>
            <translation>已移到回收站。</translation>
        </message>
        <message>
            <source>Undo</source>
            <translation>撤销</translation>
        </message>
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
</TS>
